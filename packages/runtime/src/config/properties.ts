/**
 * Java's properties format, as `java.util.Properties.load` of JDK 17 reads it, so that a `server.properties` means here what
 * it means to Apache Kafka. `golden/properties.ndjson` holds what a JVM answered.
 */

export interface PropertyEntry {
  readonly key: string;
  readonly value: string;
  /** Where the entry starts, counted from 1. */
  readonly line: number;
}

/** A `\u` that four hexadecimal digits do not follow: Java refuses the whole file. */
export interface PropertyFault {
  readonly line: number;
  readonly wrong: string;
}

export interface Properties {
  /** In the order of the file. A key that comes twice is here twice; in Java the last one wins. */
  readonly entries: readonly PropertyEntry[];
  readonly faults: readonly PropertyFault[];
}

/** Java reads properties files as Latin-1. A UTF-8 byte order mark, which Java would take into the first key, is dropped. */
export function decodeProperties(bytes: Uint8Array): Properties {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return parseProperties(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', hasMark ? 3 : 0),
  );
}

/** Never throws: what Java would refuse is in `faults`, and the entry is left out. */
export function parseProperties(text: string): Properties {
  const entries: PropertyEntry[] = [];
  const faults: PropertyFault[] = [];
  for (const { content, line } of logicalLines(text)) {
    const { key, value } = splitEntry(content);
    const plainKey = unescape(key);
    const plainValue = unescape(value);
    if (plainKey === null || plainValue === null) {
      faults.push({
        line,
        wrong: 'has a \\u that is not followed by four hexadecimal digits; write \\\\u for a backslash',
      });
    } else {
      entries.push({ key: plainKey, value: plainValue, line });
    }
  }
  return { entries, faults };
}

interface LogicalLine {
  readonly content: string;
  readonly line: number;
}

/** Joins a line that ends in an odd number of backslashes with what follows; drops blank lines and comments. */
function* logicalLines(text: string): Generator<LogicalLine> {
  let content = '';
  let firstLine = 0;
  let number = 0;
  for (let start = 0; start < text.length;) {
    number++;
    const end = indexOfLineEnd(text, start);
    const natural = text.slice(skipBlanks(text, start, end), end);
    start = end + (text.startsWith('\r\n', end) ? 2 : 1);
    // While nothing of an entry has been read, also behind a continued line, a line may still be a comment or blank.
    if (content === '' && (natural === '' || natural[0] === '#' || natural[0] === '!')) continue;
    if (content === '') firstLine = number;
    const isContinued = endsInBackslash(natural);
    content += isContinued ? natural.slice(0, -1) : natural;
    if (isContinued && end + 1 < text.length) continue;
    // Java ends here too when a backslash is the last thing in the file: a lone one gives an entry without key or value.
    yield { content, line: firstLine };
    content = '';
  }
  if (content !== '') yield { content, line: firstLine };
}

function indexOfLineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) return at;
  }
  return text.length;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Space, tab and form feed, and no other white space. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0c;
}

function endsInBackslash(line: string): boolean {
  let first = line.length;
  while (first > 0 && line[first - 1] === '\\') first--;
  return (line.length - first) % 2 === 1;
}

/** The key ends at the first `=`, `:` or blank without a backslash before it; blanks and one `=` or `:` are between. */
function splitEntry(content: string): { key: string; value: string } {
  let keyEnd = 0;
  while (keyEnd < content.length) {
    const code = content.charCodeAt(keyEnd);
    if (isBlank(code) || isSeparator(code)) break;
    keyEnd += code === BACKSLASH ? 2 : 1;
  }
  keyEnd = Math.min(keyEnd, content.length);
  let valueStart = skipBlanks(content, keyEnd, content.length);
  if (isSeparator(content.charCodeAt(valueStart))) valueStart = skipBlanks(content, valueStart + 1, content.length);
  return { key: content.slice(0, keyEnd), value: content.slice(valueStart) };
}

const BACKSLASH = 0x5c;

function isSeparator(code: number): boolean {
  return code === 0x3d || code === 0x3a;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/** Null when a `\u` is malformed. A backslash before any other character stands for that character. */
function unescape(text: string): string | null {
  if (!text.includes('\\')) return text;
  let isMalformed = false;
  const plain = text.replace(/\\(?:u([0-9a-fA-F]{4})|([^])|$)/g, (_, hex: string | undefined, character = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (character === 'u') isMalformed = true;
    return ESCAPES[character] ?? character;
  });
  return isMalformed ? null : plain;
}
