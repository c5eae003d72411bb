/** The series of one metric, by label values. Bounded: beyond the cap all further ones are one series, `other`. */
import { assert } from '../assert.ts';

/** One value per label. */
export type LabelValues<Labels extends readonly string[]> = { readonly [At in keyof Labels]: string };

export const OTHER = 'other';

export interface FamilyOptions<Handle> {
  readonly labels: readonly string[];
  readonly seriesMax: number;
  /** Makes the handle of a series; with `other`, of one that only adds to it. */
  readonly create: (other: Handle | null) => Handle;
  readonly onFold: () => void;
}

interface Series<Handle> {
  readonly values: readonly string[];
  readonly handle: Handle;
}

export class MetricFamily<Handle, Labels extends readonly string[] = readonly string[]> {
  readonly labels: readonly string[];
  readonly #options: FamilyOptions<Handle>;
  readonly #series = new Map<string, Series<Handle>>();

  constructor(options: FamilyOptions<Handle>) {
    this.labels = options.labels;
    this.#options = options;
  }

  /**
   * The handle for these label values; ask once and keep it. Beyond the cap the handle counts into the series whose labels are
   * all `other`. A handle whose series was removed counts into nothing that is shown.
   */
  series(...values: LabelValues<Labels>): Handle {
    const labels = wellFormed(values);
    assert(labels.length === this.labels.length, 'a series has one value per label');
    const key = seriesKey(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known.handle;
    const { create, onFold, seriesMax } = this.#options;
    if (this.#series.size >= seriesMax && this.labels.length > 0) {
      onFold();
      return create(this.#other());
    }
    return this.#add(key, labels, create(null));
  }

  /** @returns whether there was such a series. */
  remove(...values: LabelValues<Labels>): boolean {
    return this.#series.delete(seriesKey(wellFormed(values)));
  }

  /** Removes every series whose `label` is `value`: those of a deleted topic. @returns how many. */
  removeWhere(label: string, value: string): number {
    const at = this.labels.indexOf(label);
    if (at < 0) return 0;
    let removed = 0;
    for (const [key, { values }] of this.#series) {
      if (values[at] === value && this.#series.delete(key)) removed++;
    }
    return removed;
  }

  all(): Iterable<Series<Handle>> {
    return this.#series.values();
  }

  #other(): Handle {
    const values = this.labels.map(() => OTHER);
    const key = seriesKey(values);
    return this.#series.get(key)?.handle ?? this.#add(key, values, this.#options.create(null));
  }

  #add(key: string, values: readonly string[], handle: Handle): Handle {
    this.#series.set(key, { values, handle });
    return handle;
  }
}

/** As the values will be written: in UTF-8 halves of characters are all one, and two such series would spoil the text. */
export function wellFormed(values: readonly string[]): string[] {
  return values.map((value) => value.toWellFormed());
}

/** No two lists of values have one key, whatever is in them. */
export function seriesKey(values: readonly string[]): string {
  return values.length === 1 ? values[0]! : JSON.stringify(values);
}
