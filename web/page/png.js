// Writes drawings as PNG files, a band of rows at a time: grey on white, or ink alone on nothing.

const BAND = 128; // rows
const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const GREY = 0;
const RGBA = 6;
const SUB = 1; // the filter of every row: each byte less the one before

const SUMS = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/**
 * Write ink as a PNG file, marked as sRGB.
 *
 * @param ink {height, width, data}: one channel, uint8, 255 = ink.
 * @param transparent whether paper is transparent, and ink black; else paper is white.
 * @returns a promise of a Blob.
 */
export async function encode(ink, transparent) {
  const { height, width } = ink;
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits
  header.setUint8(9, transparent ? RGBA : GREY);
  const parts = [new Uint8Array(SIGNATURE), makeChunk("IHDR", new Uint8Array(header.buffer)), makeChunk("sRGB", [0])];
  const packed = bands(ink, transparent).pipeThrough(new CompressionStream("deflate")).getReader();
  for (let read = await packed.read(); !read.done; read = await packed.read()) {
    parts.push(makeChunk("IDAT", read.value));
  }
  return new Blob([...parts, makeChunk("IEND", [])], { type: "image/png" });
}

/** Stream the rows of a PNG file, each after the number of its filter. */
function bands(ink, transparent) {
  let top = 0;
  return new ReadableStream({
    pull(stream) {
      const bottom = Math.min(top + BAND, ink.height);
      stream.enqueue(makeRows(ink, transparent, top, bottom));
      top = bottom;
      if (top === ink.height) stream.close();
    },
  });
}

function makeRows({ width, data }, transparent, top, bottom) {
  const bytes = transparent ? 4 : 1;
  const rows = new Uint8Array((bottom - top) * (1 + width * bytes));
  for (let y = top, at = 0; y < bottom; y++) {
    rows[at++] = SUB;
    let before = 0;
    for (let i = y * width; i < (y + 1) * width; i++, at += bytes) {
      const value = transparent ? data[i] : 255 - data[i];
      rows[at + bytes - 1] = value - before;
      before = value;
    }
  }
  return rows;
}

/** Make a chunk: the length of its body, its kind, the body, and a check sum. */
function makeChunk(kind, body) {
  const chunk = new Uint8Array(12 + body.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length);
  chunk.set(Array.from(kind, (letter) => letter.charCodeAt(0)), 4);
  chunk.set(body, 8);
  let sum = 0xffffffff;
  for (let i = 4; i < chunk.length - 4; i++) sum = SUMS[(sum ^ chunk[i]) & 255] ^ (sum >>> 8);
  view.setUint32(chunk.length - 4, ~sum >>> 0);
  return chunk;
}
