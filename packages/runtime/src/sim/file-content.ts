/** Pages of a simulated file: a sparse table of 4 KiB blocks and a size. */

export const PAGE_BYTES = 4_096;

/** A page never written is a hole: undefined, reads as zeros. */
export type PageTable = (Page | undefined)[];

export interface Page {
  readonly bytes: Uint8Array;
  /** The stable side, or a sync under way, holds it too: it is copied before it is written. */
  isShared: boolean;
}

export interface FileContent {
  pages: PageTable;
  sizeBytes: number;
  modifiedMs: number;
}

export function pageOf(position: number): number {
  return Math.floor(position / PAGE_BYTES);
}

/** Shortens content; the rest of its last page reads as zeros when the file grows again. */
export function cut(content: FileContent, sizeBytes: number): void {
  if (content.sizeBytes > sizeBytes) content.sizeBytes = sizeBytes;
  const { pages } = content;
  const whole = Math.ceil(sizeBytes / PAGE_BYTES);
  if (pages.length > whole) pages.length = whole;
  const last = pageOf(sizeBytes);
  const page = pages[last];
  if (page !== undefined) pages[last] = withoutTail(page, sizeBytes % PAGE_BYTES);
}

/** A copy whose bytes from `keep` on are zeros. */
export function withoutTail(page: Page, keep: number): Page {
  const bytes = page.bytes.slice();
  bytes.fill(0, keep);
  return { bytes, isShared: false };
}
