/** What an append or a flush that the disk refused is told as. Both are KAFKA_STORAGE_ERROR on the wire. */
import { OperationalError } from '@ottla/runtime';

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The records were not written, nor anything behind them; the log is as it was, and goes on. */
export class LogWriteError extends OperationalError {
  override readonly name = 'LogWriteError';
  readonly code = 'ERR_LOG_WRITE';
  readonly retriable = true;
  readonly directory: string;

  constructor(directory: string, cause: unknown) {
    super(`records were not written to ${directory}, nothing of them is there: ${reasonOf(cause)}`, { cause });
    this.directory = directory;
  }
}

/** The log takes no more: what it held in memory as written may not be on the device. Its directory has to be looked at. */
export class LogOfflineError extends OperationalError {
  override readonly name = 'LogOfflineError';
  readonly code = 'ERR_LOG_OFFLINE';
  readonly retriable = false;
  readonly directory: string;

  constructor(directory: string, cause: unknown) {
    super(
      `the log in ${directory} is offline: ${reasonOf(cause)}. What was not flushed before may be lost on the device though ` +
        'reads still show it, so nothing more is written there. Check the disk (dmesg, smartctl), then restart the broker: it ' +
        'recovers what is whole.',
      { cause },
    );
    this.directory = directory;
  }
}
