/** What file names an operating system accepts, which of them are the same, and whether open files can be moved. */

export interface PathRules {
  readonly kind: 'posix' | 'windows';
  /** Names with the same key are the same file. */
  key(name: string): string;
  isLegal(name: string): boolean;
  /** An open file cannot be renamed, replaced or removed, nor can a directory above it. */
  readonly pinsOpenFiles: boolean;
  /** The names on the way from the root, `.` and `..` resolved. */
  split(path: string): string[];
}

const NAME_CHARS_MAX = 255;

export const posixRules: PathRules = {
  kind: 'posix',
  key: (name) => name,
  isLegal: (name) => name.length <= NAME_CHARS_MAX && !name.includes('\0'),
  pinsOpenFiles: false,
  split: (path) => resolve(path.split('/')),
};

/** Devices, with any extension: `nul.txt` is the same hole as `NUL`. */
const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
// oxlint-disable-next-line no-control-regex -- they are what Windows refuses
const WINDOWS_FORBIDDEN = /[<>:"|?*\u0000-\u001f]/;
const WINDOWS_TRAILING = /[. ]$/;

export const windowsRules: PathRules = {
  kind: 'windows',
  key: (name) => name.toLowerCase(),
  isLegal: (name) =>
    name.length <= NAME_CHARS_MAX &&
    !WINDOWS_DEVICES.test(name) &&
    !WINDOWS_FORBIDDEN.test(name) &&
    !WINDOWS_TRAILING.test(name),
  pinsOpenFiles: true,
  split: (path) => resolve(path.replace(/^[a-z]:/i, '').split(/[/\\]/)),
};

function resolve(parts: readonly string[]): string[] {
  const names: string[] = [];
  for (const part of parts) {
    if (part === '..') names.pop();
    else if (part !== '' && part !== '.') names.push(part);
  }
  return names;
}
