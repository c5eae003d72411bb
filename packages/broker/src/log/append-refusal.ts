/** An append that the log does not take: an answer to whoever sent it, not an accident. The log is as it was. */
import type { ErrorName, RecordFault } from '@ottla/protocol';

export interface RefusedAppend {
  readonly kind: 'refused';
  /** Kafka's name of the error code to answer with. */
  readonly errorCode: ErrorName;
  /** Sentences for a person: what was found, why it is refused, what to do. */
  readonly reason: string;
  /** The refused records, as a produce response names them (KIP-467); empty when it is not single records. */
  readonly recordErrors: readonly RecordFault[];
}

const NO_RECORD_ERRORS: readonly RecordFault[] = [];

export function refusedAppend(
  errorCode: ErrorName,
  reason: string,
  recordErrors: readonly RecordFault[] = NO_RECORD_ERRORS,
): RefusedAppend {
  return { kind: 'refused', errorCode, reason, recordErrors };
}
