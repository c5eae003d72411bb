/** From what node:fs throws to `DiskError`, with what a person needs to know beyond the errno. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DiskError, PATH_WITH_NUL, type DiskOperation } from '../disk-errors.ts';

export function toDiskError(operation: DiskOperation, path: string, cause: unknown, detail?: string): DiskError {
  const errno = (cause as NodeJS.ErrnoException).code ?? 'EIO';
  // Node looks at arguments before the system does, and a path's only fault can be a NUL.
  if (errno.startsWith('ERR_INVALID_ARG_')) {
    return new DiskError(operation, path, 'EINVAL', { cause, detail: detail ?? PATH_WITH_NUL });
  }
  const denied = errno === 'EACCES' || errno === 'EPERM';
  const facts = detail ?? (denied ? ownership(path) : undefined);
  return new DiskError(operation, path, errno, { cause, ...(facts === undefined ? {} : { detail: facts }) });
}

/** Who may do what with the path, or with the nearest directory above it that exists. */
function ownership(path: string): string | undefined {
  if (process.getuid === undefined) return undefined;
  for (let at = path, up = dirname(at); ; at = up, up = dirname(at)) {
    try {
      const { uid, gid, mode } = statSync(at);
      const permissions = (mode & 0o7777).toString(8).padStart(4, '0');
      return `this process is user ${process.getuid()}; ${at} belongs to user ${uid}, group ${gid}, mode ${permissions}`;
    } catch {
      if (up === at) return undefined;
    }
  }
}
