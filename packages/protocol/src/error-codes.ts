/**
 * Kafka's error codes, as names and as rows.
 *
 * On the wire a code is an int16; 0 is success. A newer peer may send a code that this table lacks: `describeErrorCode` never fails.
 */
import { ERROR_TABLE, type ErrorAction, type ErrorFamily, type ErrorText } from './error-codes-table.ts';

/** Kafka's name of an error, `NOT_LEADER_OR_FOLLOWER`. */
export type ErrorName = keyof typeof ERROR_TABLE;

type CodeByName = { readonly [Name in ErrorName]: (typeof ERROR_TABLE)[Name]['code'] };

/** Name to number: `ErrorCode.NOT_LEADER_OR_FOLLOWER === 6`. */
export const ErrorCode = Object.fromEntries(
  Object.entries(ERROR_TABLE).map(([name, { code }]) => [name, code]),
) as CodeByName;
export type ErrorCode = CodeByName[ErrorName];

export interface ErrorRow extends ErrorText {
  readonly code: number;
  readonly name: string;
  readonly family: ErrorFamily;
  /** Kafka's own flag: the same request may succeed later. */
  readonly retriable: boolean;
  /** Kafka's own flag: what the sender knows about leaders is out of date. */
  readonly refreshMetadata: boolean;
  /** What the sender does next. */
  readonly action: ErrorAction;
}

const RETRIABLE: ReadonlySet<ErrorFamily> = new Set(['retriable', 'refreshRetriable', 'invalidMetadata']);

/** All rows in the order of their codes. */
export const ERROR_ROWS: readonly ErrorRow[] = Object.entries(ERROR_TABLE).map(([name, definition]) => ({
  code: definition.code,
  name,
  family: definition.family,
  retriable: RETRIABLE.has(definition.family),
  refreshMetadata: definition.family === 'invalidMetadata',
  action: definition.action,
  meaning: definition.meaning,
  fix: definition.fix,
}));

const ROW_BY_CODE: ReadonlyMap<number, ErrorRow> = new Map(ERROR_ROWS.map((row) => [row.code, row]));

/** True for a code of the table, NONE included. */
export function isErrorCode(code: number): code is ErrorCode {
  return ROW_BY_CODE.has(code);
}

/** The code of a name that came as text, or null when there is none. */
export function parseErrorName(name: string): ErrorCode | null {
  return Object.hasOwn(ErrorCode, name) ? ErrorCode[name as ErrorName] : null;
}

/**
 * The row of any int16. A code from a newer Kafka gives a row of its own that says so; it is treated as
 * UNKNOWN_SERVER_ERROR is: not retriable, the caller is told.
 */
export function describeErrorCode(code: number): ErrorRow {
  return (
    ROW_BY_CODE.get(code) ?? {
      code,
      name: `UNRECOGNISED_ERROR_${code}`,
      family: 'api',
      retriable: false,
      refreshMetadata: false,
      action: 'fail',
      meaning: `The peer answered with error code ${code}, which this version of Ottla does not know.`,
      fix: 'The peer runs a newer Kafka: upgrade Ottla, or look the number up in the documentation of that version.',
    }
  );
}
