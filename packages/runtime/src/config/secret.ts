/** A password, key or token. It says `[hidden]` wherever it is printed; only `reveal()` gives what is inside. */

export const HIDDEN = '[hidden]';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself. Never log what this returns, nor put it into an error. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  /** `console.log`, `util.inspect` and the assertion library. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }

  /** Template literals and string concatenation. */
  [Symbol.toPrimitive](): string {
    return HIDDEN;
  }
}
