// Prepares pictures for the sketch network, as imaging/filters.py does.

import { clip, quantile, round, toGrey } from "./pixels.js";

const LIGHT = 0.7; // lightening makes a fifth of the picture brighter than this, 0..1
const GAIN = 4; // the most that it multiplies levels by

/** Find how many times lighter a picture must be for a fifth of it to be light, 1 to 4. */
export function findGain(picture) {
  const { height, width, data } = toGrey(picture);
  const sample = [];
  for (let y = 0; y < height; y += 4) for (let x = 0; x < width; x += 4) sample.push(data[y * width + x]);
  const light = quantile(Uint8Array.from(sample).sort(), 0.8) / 255;
  return Math.min(GAIN, Math.max(1, LIGHT / Math.max(light, 1e-3)));
}

/** Lighten a dark picture, RGB uint8; a light one is returned as it is. */
export function lighten(picture) {
  const gain = findGain(picture);
  if (gain === 1) return picture;
  const table = Uint8Array.from({ length: 256 }, (_, level) => clip(round(Math.fround(Math.fround(gain) * level))));
  return { ...picture, data: picture.data.map((value) => table[value]) };
}
