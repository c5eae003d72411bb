/** What the typed errors of disk and network have in common: a row per errno, and who stands in the way. */
import type { OperationalErrorCode } from './errors.ts';

/** What an errno means to a person. */
export interface FailureRow {
  readonly code: OperationalErrorCode;
  readonly retriable: boolean;
  /** Follows "cannot append to /x: ". */
  readonly what: string;
  readonly fix: string;
}

export type FailureTable = Readonly<Record<string, FailureRow>>;

/** Another process, as far as the operating system tells about it. */
export interface ProcessHolder {
  readonly pid: number;
  /** Its command line, shortened; null when it may not be read. */
  readonly command: string | null;
}

export function holderText(holder: ProcessHolder | null): string {
  if (holder === null) return 'another process';
  return holder.command === null ? `pid ${holder.pid}` : `pid ${holder.pid} (${holder.command})`;
}
