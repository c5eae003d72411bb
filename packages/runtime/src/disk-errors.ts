/**
 * What a disk can do to us, as typed errors with sentences for people: what happened (with the values), the likely cause,
 * how to fix it, the code. `node/` and `sim/` throw the same ones, so what handles them is simulated too.
 */
import { OperationalError, type OperationalErrorCode } from './errors.ts';
import { holderText, type FailureRow, type FailureTable, type ProcessHolder } from './io-failure.ts';

/** What was being done; the first half of the sentence. */
export type DiskOperation =
  | 'open'
  | 'read'
  | 'append to'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'close'
  | 'rename'
  | 'remove'
  | 'make directory'
  | 'list'
  | 'look at'
  | 'sync directory'
  | 'measure free space of'
  | 'lock';

const diskFull: FailureRow = {
  code: 'ERR_DISK_FULL',
  retriable: true,
  what: 'the disk is full',
  fix: 'Free space or grow the disk; shorter retention (retention.ms, retention.bytes) keeps it from filling again.',
};
const diskPermission: FailureRow = {
  code: 'ERR_DISK_PERMISSION',
  retriable: false,
  what: 'permission denied',
  fix: 'Give this user the directory (chown), or choose another one; in a container check the volume and its SELinux label.',
};
const tooManyFiles: FailureRow = {
  code: 'ERR_DISK_TOO_MANY_FILES',
  retriable: true,
  what: 'too many open files',
  fix: 'Raise the limit (ulimit -n, LimitNOFILE); a broker holds a few files open for every partition.',
};
const diskBusy: FailureRow = {
  code: 'ERR_DISK_BUSY',
  retriable: true,
  what: 'something else is using it',
  fix: 'Close the program that has it open (on Windows a virus scanner may), then try again.',
};
const wrongKind: FailureRow = {
  code: 'ERR_DISK_WRONG_KIND',
  retriable: false,
  what: 'there is a directory where a file should be, or a file where a directory should be',
  fix: 'Look at what stands at that path and move it away.',
};

const diskFailures: FailureTable = {
  ENOSPC: diskFull,
  EDQUOT: { ...diskFull, what: "the user's disk quota is used up" },
  EACCES: diskPermission,
  EPERM: { ...diskPermission, what: 'the operating system does not permit it' },
  EROFS: { ...diskPermission, what: 'the file system is read-only' },
  EMFILE: tooManyFiles,
  ENFILE: { ...tooManyFiles, what: 'the whole machine has too many open files' },
  EBUSY: diskBusy,
  ENOENT: { code: 'ERR_DISK_NOT_FOUND', retriable: false, what: 'it does not exist', fix: 'Check the path.' },
  EEXIST: {
    code: 'ERR_DISK_EXISTS',
    retriable: false,
    what: 'it exists already',
    fix: 'Remove it or choose another name.',
  },
  ENOTEMPTY: {
    code: 'ERR_DISK_NOT_EMPTY',
    retriable: false,
    what: 'the directory at that place is not empty',
    fix: 'Empty it or choose another name.',
  },
  EISDIR: wrongKind,
  ENOTDIR: wrongKind,
  EINVAL: {
    code: 'ERR_DISK_INVALID',
    retriable: false,
    what: 'the file system does not accept that name or argument',
    fix: 'Check the path for characters or names that this operating system reserves.',
  },
  EFBIG: {
    code: 'ERR_DISK_FILE_TOO_LARGE',
    retriable: false,
    what: 'the file would be larger than this process or file system allows',
    fix: 'Raise the limit (ulimit -f, LimitFSIZE), or choose a file system for larger files.',
  },
  ENAMETOOLONG: {
    code: 'ERR_DISK_INVALID',
    retriable: false,
    what: 'the path is too long',
    fix: 'Choose a shorter directory.',
  },
};

const diskBroken: FailureRow = {
  code: 'ERR_DISK_IO',
  retriable: false,
  what: 'the disk failed',
  fix: 'Look for the cause in the system log (dmesg), then check or replace the disk; data on it may be damaged.',
};

/** Detail of an EINVAL. */
export const PATH_WITH_NUL = 'a path cannot contain a NUL character, no file can have such a name';

/** A file or directory could not be used. `errno` is the POSIX name; `code` groups those that have the same remedy. */
export class DiskError extends OperationalError {
  override readonly name = 'DiskError';
  readonly code: OperationalErrorCode;
  readonly retriable: boolean;
  readonly operation: DiskOperation;
  readonly path: string;
  readonly errno: string;

  /** `detail` follows what happened, in brackets: who owns the directory, how much was written. */
  constructor(operation: DiskOperation, path: string, errno: string, options: ErrorOptions & { detail?: string } = {}) {
    const row = diskFailures[errno] ?? diskBroken;
    const detail = options.detail === undefined ? '' : ` (${options.detail})`;
    super(`cannot ${operation} ${path}: ${row.what}${detail}. ${row.fix} [${row.code}, ${errno}]`, options);
    this.code = row.code;
    this.retriable = row.retriable;
    this.operation = operation;
    this.path = path;
    this.errno = errno;
  }
}

/** Two processes on one data directory would destroy it, so the second one is refused. */
export class DirectoryLockedError extends OperationalError {
  override readonly name = 'DirectoryLockedError';
  readonly code = 'ERR_DISK_DIRECTORY_LOCKED';
  readonly retriable = true;
  readonly directory: string;
  /** Null where the operating system does not tell. */
  readonly holder: ProcessHolder | null;

  constructor(directory: string, holder: ProcessHolder | null, options?: ErrorOptions) {
    super(
      `directory ${directory} is in use by ${holderText(holder)}. Two brokers on one directory would destroy its data: ` +
        'stop the other one, or choose another directory (--data, log.dirs). [ERR_DISK_DIRECTORY_LOCKED]',
      options,
    );
    this.directory = directory;
    this.holder = holder;
  }
}
