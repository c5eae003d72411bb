/** A small writer of JavaScript source: lines, blocks, fresh names, and constants that the code refers to by index. */
export class CodeText {
  readonly #lines: string[] = [];
  readonly #constants: unknown[] = [];
  #names = 0;
  #depth = 0;

  line(text: string): void {
    this.#lines.push('  '.repeat(this.#depth) + text);
  }

  /** `head {`, what `body` writes, `}`. */
  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    this.#depth++;
    body();
    this.#depth--;
    this.line('}');
  }

  /** A name that no other call has given out. */
  name(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /** An expression for a value: a literal where that is exact, else an entry of the constants. */
  constant(value: unknown): string {
    if (value === null || typeof value === 'boolean') return String(value);
    if (typeof value === 'number' && !Object.is(value, -0)) return String(value);
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    let index = this.#constants.indexOf(value);
    if (index < 0) index = this.#constants.push(value) - 1;
    return `C[${index}]`;
  }

  get constants(): readonly unknown[] {
    return this.#constants;
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
