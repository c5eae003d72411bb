/** Bounds that keep a hostile message from costing more than its bytes pay for (CVE-2026-111108, CVE-2026-111115). */

/** Elements of one array. */
export const ARRAY_ELEMENTS_MAX = 1_000_000;
/**
 * Memory that the elements of all arrays of one message may take, by estimate (`elementMemoryBytes`): room for the metadata
 * of a million partitions, and an end to nested arrays of nearly nothing.
 */
export const MESSAGE_MEMORY_BYTES_MAX = 256 * 1024 * 1024;
/** Tagged fields of one structure. */
export const TAGGED_FIELDS_MAX = 10_000;
/** UTF-8 bytes of one string: Kafka's int16 length, which it also holds compact strings to. */
export const STRING_BYTES_MAX = 0x7fff;
