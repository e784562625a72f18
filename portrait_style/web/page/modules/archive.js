// Reading zip archives of a few small files; nothing is unpacked beyond a limit.

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * List what is in an archive.
 *
 * @param bytes Uint8Array of the file
 * @returns array of {name, method, start, size}
 * @throws RangeError, Error if it is no archive
 */
export function archiveEntries(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0) throw new Error("no archive");
  const entries = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error("a damaged archive");
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + lengths[0]));
    const local = view.getUint32(at + 42, true);
    const before = view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    entries.push({
      name,
      method: view.getUint16(at + 10, true),
      start: local + 30 + before,
      size: view.getUint32(at + 20, true),
    });
    at += 46 + lengths.reduce((sum, length) => sum + length);
  }
  return entries;
}

/**
 * Unpack one entry, however large it says that it is.
 *
 * @param most bytes; what is longer is refused
 */
export async function unpacked(bytes, { name, method, start, size }, most) {
  const packed = bytes.subarray(start, start + size);
  if (packed.length !== size) throw new Error(`${name} is cut off`);
  if (method !== STORED && method !== DEFLATED) throw new Error("an unknown compression");
  let stream = new Blob([packed]).stream();
  if (method === DEFLATED) stream = stream.pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error(`${name} is too large`);
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
