/** What a dump shows. */
import type { RecordDecoder } from './record-decoder.ts';

export interface DumpOptions {
  /** Records too, not only batches. */
  readonly deepIteration: boolean;
  /** Prints keys and values; with it records are dumped in any case. */
  readonly decoder: RecordDecoder | null;
  /** Entries of indexes are checked and not printed. */
  readonly verifyIndexOnly: boolean;
  /** Only what Kafka checks of an index when it starts. */
  readonly indexSanityCheck: boolean;
  /** Of a segment, what lies behind is left out. */
  readonly bytesMax: number;
}

export const DUMP_DEFAULTS: DumpOptions = {
  deepIteration: false,
  decoder: null,
  verifyIndexOnly: false,
  indexSanityCheck: false,
  bytesMax: Infinity,
};
