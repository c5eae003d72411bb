/** One vectored write that goes on until all is written: the kernel may take less than it is given. */

type Written = (error: NodeJS.ErrnoException | null, bytes: number) => void;

/** The part of node:fs that is used, so that a test can stand in for a kernel that takes little at a time. */
export interface VectoredWriter {
  writev(fd: number, chunks: readonly Uint8Array[], position: number, done: Written): void;
}

/** `done` gets the bytes written in all; with an error, how many of them were written before it. */
export function writeFully(
  writer: VectoredWriter,
  fd: number,
  chunks: readonly Uint8Array[],
  position: number,
  done: Written,
): void {
  let left = chunks;
  let written = 0;
  const step: Written = (error, bytes) => {
    if (error !== null) return done(error, written);
    written += bytes;
    left = without(left, bytes);
    if (left.length === 0) return done(null, written);
    if (bytes === 0) return done(Object.assign(new Error('the write made no progress'), { code: 'EIO' }), written);
    writer.writev(fd, left, position + written, step);
  };
  writer.writev(fd, chunks, position, step);
}

/** `chunks` without their first `bytes`; never with an empty chunk in front. */
function without(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let index = 0;
  let skip = bytes;
  while (index < chunks.length && skip >= chunks[index]!.length) skip -= chunks[index++]!.length;
  if (index === chunks.length) return [];
  return [chunks[index]!.subarray(skip), ...chunks.slice(index + 1)];
}
