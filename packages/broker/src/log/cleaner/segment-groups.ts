/** Which segments become one as they are cleaned, so that a log does not end up in thousands of small ones. */
import { INT32_MAX } from '../index-file.ts';

export interface SegmentSizes {
  readonly baseOffset: number;
  readonly sizeBytes: number;
  readonly offsetIndexBytes: number;
  readonly timeIndexBytes: number;
}

export interface GroupLimits {
  /** `segment.bytes`. */
  readonly segmentBytes: number;
  /** `segment.index.bytes`. */
  readonly indexBytes: number;
}

/**
 * Neighbours in groups, each of which fits one segment before anything is removed: bytes, both indexes, and the range of
 * offsets.
 *
 * @param endOffset behind the last record of the last segment, at the most.
 */
export function groupSegments<S extends SegmentSizes>(
  segments: readonly S[],
  limits: GroupLimits,
  endOffset: number,
): S[][] {
  const groups: S[][] = [];
  let group: S[] = [];
  let sizes = NO_SIZES;
  for (const [i, segment] of segments.entries()) {
    // How far it reaches at the most: only reading it would tell exactly.
    const lastOffset = (segments[i + 1]?.baseOffset ?? endOffset) - 1;
    const sum = add(sizes, segment);
    const first = group[0];
    if (first === undefined || !isWithin(sum, limits) || !isInRange(first, segment, lastOffset)) {
      group = [segment];
      groups.push(group);
      sizes = add(NO_SIZES, segment);
    } else {
      group.push(segment);
      sizes = sum;
    }
  }
  return groups;
}

type Sizes = Omit<SegmentSizes, 'baseOffset'>;

const NO_SIZES: Sizes = { sizeBytes: 0, offsetIndexBytes: 0, timeIndexBytes: 0 };

function add(to: Sizes, { sizeBytes, offsetIndexBytes, timeIndexBytes }: Sizes): Sizes {
  return {
    sizeBytes: to.sizeBytes + sizeBytes,
    offsetIndexBytes: to.offsetIndexBytes + offsetIndexBytes,
    timeIndexBytes: to.timeIndexBytes + timeIndexBytes,
  };
}

function isWithin({ sizeBytes, offsetIndexBytes, timeIndexBytes }: Sizes, limits: GroupLimits): boolean {
  return (
    sizeBytes <= limits.segmentBytes && offsetIndexBytes <= limits.indexBytes && timeIndexBytes <= limits.indexBytes
  );
}

/** An empty segment has no offsets; else there would be an empty one left every 2^31 records. */
function isInRange(first: SegmentSizes, segment: SegmentSizes, lastOffset: number): boolean {
  return segment.sizeBytes === 0 || lastOffset - first.baseOffset <= INT32_MAX;
}
