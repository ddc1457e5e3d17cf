// Calls functions of the page's modules for the tests: a list of [module, function, arguments] as JSON on stdin, the
// results as JSON on stdout. Arrays travel as {dtype, shape, data}, data in base 64.

import { readFileSync } from "node:fs";
import { invert, makePicture, toGrey } from "../../web/page/pixels.js";

const KINDS = { uint8: Uint8Array, float32: Float32Array };

const networks = {
  dark: (picture) => invert(toGrey(picture)), // takes dark places for ink
  both: ({ height, width, data }) => // finds ink, and paper
    makePicture(height, width, 2, Uint8Array.from({ length: 2 * data.length }, (_, i) => Math.abs(data[i >> 1] - 255 * (i % 2)))),
};

function take(value) {
  if (Array.isArray(value)) return value.map(take);
  if (value?.find) return networks[value.find];
  if (!value?.dtype) return value;
  const [height, width, channels = 1] = value.shape;
  const bytes = new Uint8Array(Buffer.from(value.data, "base64"));
  return { height, width, channels, data: new KINDS[value.dtype](bytes.buffer) };
}

async function give(value) {
  if (value instanceof Blob) return Buffer.from(await value.arrayBuffer()).toString("base64");
  if (Array.isArray(value)) return Promise.all(value.map(give));
  if (typeof value !== "object" || value === null) return value;
  if (!ArrayBuffer.isView(value.data)) {
    return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([name, part]) => [name, await give(part)])));
  }
  const { height, width, channels, data } = value;
  const dtype = Object.keys(KINDS).find((kind) => data instanceof KINDS[kind]);
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  return { dtype, shape: channels === 1 ? [height, width] : [height, width, channels], data: text };
}

const results = [];
for (const [file, name, given] of JSON.parse(readFileSync(0, "utf-8"))) {
  const found = (await import(new URL(`../../web/page/${file}`, import.meta.url)))[name];
  results.push(await give(await found(...take(given))));
}
console.log(JSON.stringify(results));
