import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 65_536;

/**
 * Reads a file from its beginning. Unlike a stream of the same handle, it leaves the handle open when reading ends early.
 *
 * @param end - how many bytes to read; all by default.
 */
export async function* readChunks(file: FileHandle, end: number = Infinity): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < end;) {
    const length = Math.min(CHUNK_BYTES, end - position);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Length of a file up to its last line end: what comes after is torn. */
export async function wholeLines(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let end = size; end > 0;) {
    const from = Math.max(0, end - chunk.length);
    const { bytesRead } = await file.read(chunk, 0, end - from, from);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}
