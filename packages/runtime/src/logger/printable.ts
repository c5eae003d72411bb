/** Text from outside, made safe to show: one line, nothing that moves a terminal's cursor or turns the reading direction. */

/** C0 and C1 controls, line and paragraph separators, bidirectional controls, zero width marks, lone surrogates. */
const UNSAFE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/u;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'gu');
/** Nearly all text is printable ASCII, and to find that out takes a fraction of the time. */
const NOT_ASCII = /[^ -~]/;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Escapes as JSON does (`\n`, `\u001b`). Text without unsafe characters comes back as it is, at the cost of one scan. */
export function escapeControls(text: string): string {
  if (!NOT_ASCII.test(text) || !UNSAFE.test(text)) return text;
  return text.replace(UNSAFE_ALL, (character) => SHORT_ESCAPES[character] ?? unicodeEscape(character));
}

/** In double quotes, escaped, cut after `charsMax` characters with a note of how many are missing. */
export function quoted(text: string, charsMax = 200): string {
  return `"${escapeControls(cut(text, charsMax)).replaceAll('"', '\\"')}"`;
}

/** Cuts long text and says how much is missing. Never splits a surrogate pair. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? charsMax - 1 : charsMax;
  return `${text.slice(0, end)}... (${text.length - end} more characters)`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
