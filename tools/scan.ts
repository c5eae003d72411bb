/**
 * A scanner of TypeScript, just good enough for checks of our own sources: what is code, what is comment, what is text.
 *
 * TypeScript 7 has no interface for programs, and a check that greps raw text is fooled by comments and strings.
 */

export interface Scanned {
  /** The source, same length and lines, with comments, string contents, template text and regular expressions blanked. */
  readonly code: string;
  /** The source with everything but comments blanked. */
  readonly comments: string;
}

/** A `/` after one of these starts a regular expression; after anything else it divides. */
const BEFORE_REGEX =
  /(?:^|[=([{}:;,!&|?+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|delete|void|do|else|await|yield))\s*$/;

export function scan(source: string): Scanned {
  const code = Array.from<string>({ length: source.length });
  const comments = Array.from<string>({ length: source.length });
  const put = (target: string[], other: string[], start: number, end: number): void => {
    for (let i = start; i < end; i++) {
      const char = source[i]!;
      target[i] = char;
      other[i] = char === '\n' ? char : ' ';
    }
  };
  const blank = (start: number, end: number): void => {
    for (let i = start; i < end; i++) code[i] = comments[i] = source[i] === '\n' ? '\n' : ' ';
  };

  // Open braces of code; a template's `${` remembers that its `}` leads back into template text.
  const braces: ('code' | 'template')[] = [];
  let at = 0;
  const template = (): void => {
    const end = templateStop(source, at);
    blank(at, end - 1);
    if (source[end - 1] === '{') {
      braces.push('template');
      code[end - 2] = ' ';
    }
    put(code, comments, end - 1, end);
    at = end;
  };
  while (at < source.length) {
    const char = source[at]!;
    const pair = source.slice(at, at + 2);
    if (pair === '//') {
      const end = endOf(source, '\n', at);
      put(comments, code, at, end);
      at = end;
    } else if (pair === '/*') {
      const end = Math.min(source.length, endOf(source, '*/', at + 2) + 2);
      put(comments, code, at, end);
      at = end;
    } else if (char === "'" || char === '"') {
      const end = stringEnd(source, at);
      put(code, comments, at, at + 1);
      blank(at + 1, end - 1);
      put(code, comments, end - 1, end);
      at = end;
    } else if (char === '`') {
      put(code, comments, at, at + 1);
      at++;
      template();
    } else if (char === '/' && BEFORE_REGEX.test(code.slice(Math.max(0, at - 80), at).join(''))) {
      const end = regexEnd(source, at);
      blank(at, end);
      code[at] = '/';
      at = end;
    } else {
      put(code, comments, at, at + 1);
      at++;
      if (char === '{') braces.push('code');
      if (char === '}' && braces.pop() === 'template') template();
    }
  }
  return { code: code.join(''), comments: comments.join('') };
}

/** 1 for the first line. */
export function lineAt(source: string, index: number): number {
  let line = 1;
  for (let i = source.indexOf('\n'); i !== -1 && i < index; i = source.indexOf('\n', i + 1)) line++;
  return line;
}

export interface Import {
  readonly specifier: string;
  /** Names inside `{ }`, as the other module calls them; empty for other forms. */
  readonly names: readonly string[];
  /** `import type`, `export type`: gone when the program runs. */
  readonly typeOnly: boolean;
  /** Where the statement starts. */
  readonly index: number;
}

/** All that a source imports or re-exports, `import()` and `require()` of a literal included. */
export function findImports(source: string, { code } = scan(source)): Import[] {
  const found: Import[] = [];
  const add = (quoteAt: number, names: string, typeOnly: boolean, index: number): void => {
    const specifier = source.slice(quoteAt + 1, stringEnd(source, quoteAt) - 1);
    const list = [...names.matchAll(/(?:^|,)\s*(?:type\s+)?([\w$]+)/g)].map((match) => match[1]!);
    found.push({ specifier, names: list, typeOnly, index });
  };
  const statements = /^[ \t]*(?:import|export)\b(\s+type\b)?([^;'"`]*?)(?:\bfrom\s*|(?<=import)\s*)(?=['"])/gm;
  for (const match of code.matchAll(statements)) {
    const braces = /\{([^}]*)\}/.exec(match[2]!);
    add(match.index + match[0].length, braces?.[1] ?? '', match[1] !== undefined, match.index);
  }
  for (const match of code.matchAll(/\b(?:import|require|import\.meta\.resolve)\s*\(\s*(?=['"])/g)) {
    add(match.index + match[0].length, '', false, match.index);
  }
  return found;
}

export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** Functions with a body in braces: declarations, methods, arrows. Control statements are told apart by their keyword. */
export function findFunctions(code: string): FunctionSpan[] {
  const found: FunctionSpan[] = [];
  const open: { at: number; name: string | null }[] = [];
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '{') open.push({ at, name: functionName(code, at) });
    if (code[at] !== '}') continue;
    const body = open.pop();
    if (body === undefined || body.name === null) continue;
    const line = lineAt(code, body.at);
    found.push({ name: body.name, line, lines: lineAt(code, at) - line + 1 });
  }
  return found;
}

const CONTROL = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);

/** The name of the function whose body opens at `brace` ("arrow" when it has none), or null when it is something else. */
function functionName(code: string, brace: number): string | null {
  const before = code.slice(Math.max(0, brace - 400), brace).trimEnd();
  if (before.endsWith('=>')) return arrowName(before);
  // `)` or `): ReturnType`; a ternary or case label leaves nothing between `:` and the brace.
  const close = /\)(?:\s*:\s*[^;{}=)]*[^;{}=)\s:])?$/.exec(before);
  if (close === null) return null;
  let depth = 0;
  for (let i = close.index; i >= 0; i--) {
    if (before[i] === ')') depth++;
    if (before[i] === '(' && --depth === 0) {
      const name = /([\w$#]+)\s*(?:<[^()]*>)?\s*$/.exec(before.slice(0, i))?.[1] ?? 'function';
      return CONTROL.has(name) ? null : name;
    }
  }
  return 'function'; // its parameters fill more than we looked back over
}

function arrowName(before: string): string {
  const names = [
    ...before.matchAll(
      /\b(?:const|let|readonly)?\s*([\w$#]+)\s*(?::[^=;]*)?=\s*(?:async\s*)?(?:\([^;]*|[\w$]+\s*)=>$/g,
    ),
  ];
  return names.at(-1)?.[1] ?? 'arrow';
}

function endOf(source: string, what: string, from: number): number {
  const at = source.indexOf(what, from);
  return at === -1 ? source.length : at;
}

/** Past the closing quote; an unclosed string ends with its line. */
function stringEnd(source: string, start: number): number {
  const quote = source[start];
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === quote || source[i] === '\n') return i + 1;
  }
  return source.length;
}

/** Past the backtick that closes a template, or past the `${` that interrupts it. */
function templateStop(source: string, start: number): number {
  for (let i = start; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '`') return i + 1;
    else if (source[i] === '$' && source[i + 1] === '{') return i + 2;
  }
  return source.length;
}

function regexEnd(source: string, start: number): number {
  let inClass = false;
  for (let i = start + 1; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '[') inClass = true;
    else if (source[i] === ']') inClass = false;
    else if (source[i] === '/' && !inClass) return i + 1;
  }
  return start + 1; // no end on this line: it was a division after all
}
