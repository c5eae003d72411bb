/**
 * What our sources must not contain, each with what to write instead. `tidy.test.ts` runs it over the repository, and
 * plants every violation to see it reported.
 */
import { findFunctions, findImports, lineAt, scan, type Scanned } from './scan.ts';
import { isProof } from './tree.ts';

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** A file or function over the limit, with the reason that excuses it. */
export interface Giant {
  readonly path: string;
  /** Null excuses the file's length. */
  readonly function: string | null;
  readonly reason: string;
}

export const FILE_LINES_MAX = 400;
export const FUNCTION_LINES_MAX = 70;

/** Words that name no home: what is in them could be anywhere. */
const NAMELESS = /^(?:utils?|helpers?|commons?|types|misc|shared|lib|stuff)$/;

/** A line above a declaration that says why state at module level is none: derived from constants alone. */
const CONSTANT_NOTE = /NOTE\(constant\):\s*\S/;

interface Ban {
  readonly what: RegExp;
  readonly instead: string;
}

const TIME = 'io.clock: wallMs() for stamps that users see, monotonicMs() for every timeout and measurement';
const TIMER = 'io.clock.after(delayMs, fire), and io.clock.defer(run) for a later turn';
const SYNC_ZLIB =
  'the synchronous form (gzipSync …), in io.compute where it takes over 1 ms: async zlib is 10x slower on small input';
const CHANCE = 'io.random, or a Prng where a seed decides';

/** Calls by which time and chance come in, past `Io`. */
const BANNED_CALLS: readonly Ban[] = [
  { what: /\bDate\.now\b/, instead: TIME },
  { what: /\bnew Date\(\s*\)/, instead: TIME },
  { what: /\bnew Date\b(?!\s*\()/, instead: TIME },
  { what: /(?<![.\w]|new\s+)Date\(/, instead: TIME },
  { what: /\bperformance\.(?:now|timeOrigin)\b/, instead: TIME },
  { what: /\bprocess\.(?:hrtime|uptime)\b/, instead: TIME },
  { what: /(?<![.\w])(?:globalThis\.)?(?:setTimeout|setInterval|setImmediate)\b/, instead: TIMER },
  { what: /\bprocess\.nextTick\b/, instead: 'queueMicrotask, or io.clock.defer(run)' },
  { what: /\bAbortSignal\.timeout\b/, instead: TIMER },
  {
    what: /\bprocess\.getBuiltinModule\b|\bcreateRequire\b|\bimport\(\s*`/,
    instead: 'an import at the top, which tidy can read',
  },
  { what: /(?<![.\w]|function\s+)(?:globalThis\.)?fetch\s*\(/, instead: 'io.network' },
  { what: /\bMath\.random\b/, instead: CHANCE },
  { what: /\bcrypto\.(?:randomUUID|getRandomValues|randomBytes|randomInt|randomFill)/, instead: CHANCE },
  {
    what: /\bzlib\.(?:gzip|gunzip|deflate|inflate|deflateRaw|inflateRaw|unzip|brotli\w+|zstd\w+)(?<!Sync)\s*\(/,
    instead: SYNC_ZLIB,
  },
  { what: /(?<![.\w])console\.\w/, instead: 'the logger that was handed in: log.info(message, fields)' },
];

/** Single names of modules that are otherwise fine. */
const BANNED_NAMES: Readonly<Record<string, Ban>> = {
  'node:crypto': { what: /^(?:random\w+|getRandomValues|webcrypto)$/, instead: CHANCE },
  'node:zlib': { what: /^(?!\w*Sync$|crc32$|constants$)[a-z]/, instead: SYNC_ZLIB },
  'node:perf_hooks': { what: /^performance$/, instead: TIME },
};

/** Modules by which disk, network and threads come in, past `Io`. */
const BANNED_MODULES: Readonly<Record<string, string>> = {
  'node:fs': 'io.disk',
  'node:fs/promises': 'io.disk',
  'node:net': 'io.network',
  'node:tls': 'io.network, with tls options',
  'node:dns': 'io.network.connect, which resolves',
  'node:dns/promises': 'io.network.connect, which resolves',
  'node:dgram': 'io.network',
  'node:http': 'io.network',
  'node:http2': 'io.network',
  'node:https': 'io.network',
  'node:worker_threads': 'io.compute',
  'node:child_process': 'io.compute',
  'node:cluster': 'more brokers in one process (DESIGN decision 6)',
  'node:timers': TIMER,
  'node:timers/promises': TIMER,
  'node:sqlite': 'io.disk.lock',
};

/** Where the machine itself may be touched: the doors, and what is not part of the running system. */
const OUTSIDE_IO = /^(?:packages\/(?:runtime\/src\/node|ottla|testing)\/|tools\/|conformance\/)/;

/** All that is wrong with one source, in order of lines. `path` is from the root. */
export function tidy(path: string, text: string): Violation[] {
  const scanned = scan(text);
  const found: Violation[] = [];
  const complain: Complain = (rule, index, message) =>
    void found.push({ path, line: index === null ? 1 : lineAt(text, index), rule, message });

  checkName(path, complain);
  checkMarks(scanned.comments, complain);
  checkExports(path, scanned.code, complain);
  if (isProof(path)) checkNarrowedTests(scanned.code, complain);
  else if (path.startsWith('packages/')) checkModuleState(scanned, complain);
  if (!OUTSIDE_IO.test(path) && !isProof(path)) checkDoors(text, scanned, complain);
  return oncePerLine(found.toSorted((a, b) => a.line - b.line));
}

/** A banned name out of a banned module is one mistake. */
function oncePerLine(found: readonly Violation[]): Violation[] {
  return found.filter(
    (each, i) => !found.slice(0, i).some(({ line, rule }) => line === each.line && rule === each.rule),
  );
}

type Complain = (rule: string, index: number | null, message: string) => void;

/** Files and functions over their limits, unless a giant excuses them; and excuses that excuse nothing. */
export function findGiants(sources: readonly { path: string; text: string }[], allowed: readonly Giant[]): Violation[] {
  const found: Violation[] = [];
  const unused = new Set(allowed);
  const complain = (path: string, name: string | null, line: number, message: string): void => {
    const excuse = allowed.find((giant) => giant.path === path && giant.function === name);
    if (excuse === undefined) found.push({ path, line, rule: 'size', message });
    else unused.delete(excuse);
  };
  for (const { path, text } of sources) {
    const lines = text.split('\n').length - 1;
    if (lines > FILE_LINES_MAX) {
      complain(
        path,
        null,
        1,
        `${lines} lines, over ${FILE_LINES_MAX}: where did a state machine meet its I/O? Cut there`,
      );
    }
    if (isProof(path)) continue;
    for (const { name, line, lines: length } of findFunctions(scan(text).code)) {
      if (length <= FUNCTION_LINES_MAX) continue;
      complain(path, name, line, `${name} has ${length} lines, over ${FUNCTION_LINES_MAX}: name its parts`);
    }
  }
  for (const giant of unused) {
    const message = `${giant.function ?? 'the file'} is allowed to be large, and is not: take it off the list`;
    found.push({ path: giant.path, line: 1, rule: 'size', message });
  }
  return found;
}

function checkName(path: string, complain: Complain): void {
  const parts = path.split('/');
  const name = parts.pop()!.replace(/(?:\.[a-z]+)?(?:\.(?:test|fuzz|bench|fixture))?\.\w+$/, '');
  for (const part of [...parts, name]) {
    if (NAMELESS.test(part)) complain('name', null, `"${part}" names no home: call it by the noun that lives there`);
  }
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) complain('name', null, `"${name}" is not kebab-case`);
}

function checkMarks(comments: string, complain: Complain): void {
  for (const match of comments.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b/g)) {
    complain('mark', match.index, `${match[0]}: do it, or file an issue and say in a comment what holds until then`);
  }
}

function checkExports(path: string, code: string, complain: Complain): void {
  const isReporter = /^tools\/[\w-]+-reporter\.ts$/.test(path); // Node loads a reporter's default export
  for (const match of code.matchAll(/^[ \t]*export\s+default\b|^[ \t]*export\s*\{[^}]*\bas\s+default\b/gm)) {
    if (!isReporter) complain('default export', match.index, 'export it by its name');
  }
  for (const match of code.matchAll(/^[ \t]*export\s*\*/gm)) {
    complain('barrel', match.index, 'a barrel names what it exports: export { a, b } from …');
  }
  const isBarrel = /(?:^|\/)index\.ts$/.test(path);
  const rest = code
    .replace(/\b(?:export|import)\b[^;]*\bfrom\s*(['"])\s*\1;?/g, '')
    .replace(/^\s*export\s*\{\s*\};?/gm, '');
  if (!isBarrel && /\bexport\b[^;]*\bfrom\b/.test(code) && rest.trim() === '') {
    complain('barrel', null, 'only index.ts passes on what others export: import it from where it stands');
  }
}

function checkNarrowedTests(code: string, complain: Complain): void {
  for (const match of code.matchAll(/\b(?:test|it|describe|suite|t)\.(?:only|todo)\b|[{,]\s*(?:only|todo)\s*:/g)) {
    complain('narrowed test', match.index, 'it hides the other tests: run one alone with --test-name-pattern');
  }
}

/** Top-level `let`, and containers that anyone can fill. */
function checkModuleState({ code, comments }: Scanned, complain: Complain): void {
  const top = topLevel(code);
  const excused = (index: number): boolean => CONSTANT_NOTE.test(commentAbove(comments, index));
  for (const match of top.matchAll(/(?:^|;[ \t]*)(?:export\s+)?(let|var)\b/gm)) {
    if (excused(match.index)) continue;
    complain('module state', match.index, `${match[1]} at module level: hang it on an instance`);
  }
  for (const match of top.matchAll(/^(?:export\s+)?const\s+([\w$]+)\s*(:[^=]*)?=\s*(?=\S)/gm)) {
    const [whole, name, type = ''] = match;
    const value = code.slice(match.index + whole.length, match.index + whole.length + 80);
    if (!isMutableContainer(value) || /\breadonly\b|\bReadonly/.test(type) || excused(match.index)) continue;
    complain(
      'module state',
      match.index,
      `${name} can be changed by anyone: hang it on an instance, declare it readonly, or say above it "NOTE(constant): " and what constants it derives from`,
    );
  }
  for (const match of code.matchAll(
    /^\s+(?:(?:public|private|protected|override)\s+)*static\s+(?:(?!readonly\b|async\b|get\b|\{)[#\w$]+\s*[:=]|readonly\s+[#\w$]+\s*=\s*new\s+(?:Map|Set|WeakMap|WeakSet|Array)\b)/gm,
  )) {
    complain(
      'module state',
      match.index,
      'a static field that can change is module state: make it readonly, or an instance’s',
    );
  }
}

function isMutableContainer(value: string): boolean {
  const isEmptyForEver = /^(?:new\s+DataView\()?(?:new\s+(?:[A-Z]\w*Array|ArrayBuffer)(?:<\w*>)?|Buffer\.alloc)\(0?\)/;
  if (isEmptyForEver.test(value)) return false;
  if (/^new\s+(?:Map|Set|WeakMap|WeakSet|Array|ArrayBuffer|SharedArrayBuffer|DataView|[A-Z]\w*Array)\b/.test(value))
    return true;
  if (value.startsWith('Buffer.alloc')) return true;
  return /^(?:\[\s*\]|\{\s*\})(?!\s*as const)/.test(value);
}

function checkDoors(text: string, scanned: Scanned, complain: Complain): void {
  for (const { what, instead } of BANNED_CALLS) {
    for (const match of scanned.code.matchAll(new RegExp(what, 'g'))) {
      complain('door', match.index, `${match[0].replace(/\s*\($/, '')} is not for here; use ${instead}`);
    }
  }
  for (const { specifier, names, typeOnly, index } of findImports(text, scanned)) {
    const module = specifier.startsWith('node:') ? specifier : `node:${specifier}`;
    if (typeOnly) continue;
    const instead = BANNED_MODULES[module];
    if (instead !== undefined) complain('door', index, `${specifier} is not for here; use ${instead}`);
    const ban = BANNED_NAMES[module];
    for (const [alias, member, at] of ban === undefined ? [] : namespaceMembers(text, scanned.code, specifier)) {
      if (ban!.what.test(member))
        complain('door', at, `${alias}.${member} of ${specifier} is not for here; use ${ban!.instead}`);
    }
    for (const name of names.filter((each) => ban?.what.test(each))) {
      complain('door', index, `${name} of ${specifier} is not for here; use ${ban!.instead}`);
    }
  }
}

/** `c.randomBytes` where `specifier` is imported whole as `c`: alias, member and where it stands. */
function* namespaceMembers(text: string, code: string, specifier: string): Generator<[string, string, number]> {
  for (const [, star, name, from] of text.matchAll(/^import\s+(?:\*\s+as\s+(\w+)|(\w+))[^;]*?\bfrom\s+'([^']+)'/gm)) {
    const alias = star ?? name!;
    if (from !== specifier || alias === 'type') continue;
    for (const use of code.matchAll(new RegExp(`(?<![.\\w])${alias}\\.(\\w+)`, 'g'))) yield [alias, use[1]!, use.index];
  }
}

/** The code with everything inside brackets blanked, so that what is left stands at module level. */
function topLevel(code: string): string {
  let depth = 0;
  let kept = '';
  for (const char of code) {
    if (char === '}' || char === ')' || char === ']') depth--;
    kept += depth === 0 || char === '\n' ? char : ' ';
    if (char === '{' || char === '(' || char === '[') depth++;
  }
  return kept;
}

/** The comment that ends on the line above `index`, whole. */
function commentAbove(comments: string, index: number): string {
  const lines = comments.slice(0, index).split('\n').slice(0, -1);
  const above: string[] = [];
  for (let line = lines.pop(); line !== undefined && line.trim() !== ''; line = lines.pop()) above.unshift(line);
  return above.join('\n');
}
