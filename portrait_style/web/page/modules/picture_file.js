// What somebody hands in as a photo: known by its first bytes, measured before it is decoded.

const MOST_BYTES = 100 * 2 ** 20;
const MOST_PIXELS = 64_000_000;
const LEAST_SIDE = 16;

/** An error whose message is for the user. */
export class FileError extends Error {}

const text = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

/**
 * Tell the kind of a picture by its first bytes; `null` if it is none that browsers decode.
 *
 * @param bytes Uint8Array
 */
export function pictureKind(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "JPEG";
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "PNG";
  if (/^GIF8[79]a/.test(text(bytes, 0, 6))) return "GIF";
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 12) === "WEBP") return "WebP";
  if (text(bytes, 0, 2) === "BM") return "BMP";
  if (text(bytes, 4, 8) === "ftyp") {
    const brands = text(bytes, 8, 64);
    return /avi[fs]/.test(brands) ? "AVIF" : /hei[cmsx]|hev[cx]|mif1/.test(brands) ? "HEIC" : null;
  }
  return null;
}

/**
 * Read width and height out of a picture's header; `null` where it does not tell.
 *
 * @param bytes Uint8Array of the whole file, or as much of it as there is
 */
export function pictureSides(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readers = { PNG: pngSides, JPEG: jpegSides, GIF: gifSides, BMP: bmpSides, WebP: webpSides };
  try {
    return (readers[pictureKind(bytes)] ?? boxSides)(view, bytes);
  } catch (error) {
    // A file that ends within its header.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const pngSides = (view) => [view.getUint32(16), view.getUint32(20)];
const gifSides = (view) => [view.getUint16(6, true), view.getUint16(8, true)];
const bmpSides = (view) => [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];

function jpegSides(view) {
  for (let at = 2; ; ) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    if (marker >= 0xd0 && marker <= 0xd9) continue;
    // The frame headers; C4, C8 and CC are tables.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 5), view.getUint16(at + 3)];
    at += view.getUint16(at);
  }
}

function webpSides(view, bytes) {
  const chunk = text(bytes, 12, 16);
  const three = (at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (chunk === "VP8X") return [three(24) + 1, three(27) + 1];
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
  }
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/** AVIF and HEIC: the largest of the sizes that are told of. */
function boxSides(view, bytes) {
  let found = null;
  for (let at = 4; at + 16 <= Math.min(bytes.length, 1 << 16); at++) {
    if (bytes[at] === 0x69 && text(bytes, at, at + 4) === "ispe") {
      const sides = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (!found || sides[0] * sides[1] > found[0] * found[1]) found = sides;
    }
  }
  return found;
}

/**
 * Make sure that a file is a photo that can be drawn.
 *
 * @param file a File or Blob
 * @throws FileError with a line for the user
 */
export async function checkPicture(file) {
  const name = file.name ?? "The picture";
  if (file.size === 0) throw new FileError(`${name} is empty. Copy the picture again.`);
  if (file.size > MOST_BYTES) {
    throw new FileError(`${name} is larger than 100 MB. Save it smaller first.`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kind = pictureKind(bytes);
  if (kind === null) {
    throw new FileError(`${name} is not a photo. JPEG, PNG, WebP, AVIF, GIF and BMP are known.`);
  }
  const sides = pictureSides(bytes);
  if (sides === null && kind !== "HEIC" && kind !== "AVIF") {
    throw new FileError(`${name} is damaged. Copy or save it again.`);
  }
  const [width, height] = sides ?? [LEAST_SIDE, LEAST_SIDE];
  if (width * height > MOST_PIXELS) {
    throw new FileError(`${name} has more than 64 megapixels. Scale it down first.`);
  }
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new FileError(`${name} has ${width} × ${height} pixels. At least 16 × 16 are needed.`);
  }
  return kind;
}
