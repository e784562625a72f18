// The picture as a PNG file, with a note in it that a program composed it.

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
// Signature and header come first: 8 bytes, and 25.
const AFTER_HEADER = 33;

function checksum(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, checksum(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

function escaped(text) {
  const printable = text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "");
  return printable.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Encode what a canvas shows.
 *
 * @param canvas <canvas>
 * @param mark XMP, in which {style} stands for the style
 * @param style how the style is called
 * @param name of the file
 */
export async function pngFile(canvas, mark, style, name) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  // PNG 11.3.3.4: keyword, no compression, no language, no translation, text.
  const told = `XML:com.adobe.xmp\0\0\0\0\0${mark.replace("{style}", () => escaped(style))}`;
  const note = chunk("iTXt", new TextEncoder().encode(told));
  const parts = [bytes.subarray(0, AFTER_HEADER), note, bytes.subarray(AFTER_HEADER)];
  return new File(parts, name, { type: "image/png" });
}

/** A file's name for a picture of a photo: letters of all languages stay. */
export function pictureName(photo, style) {
  const stem = photo.replace(/\.[^.]*$/, "") || "portrait";
  const safe = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}\s/\\:*?"<>|]+/gu, "_").slice(0, 80);
  return `${safe(stem)}-${safe(style)}.png`;
}
