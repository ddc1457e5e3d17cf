// Finishes lines: how faint a line counts, how wide it is; as in imaging/linework.py. Ink is one channel, 255 = ink.

import { clip, dilate, disc, erode, open, round } from "./pixels.js";

const SAME_STROKE = 3; // pixels around a place that is decided alike
const DECIDED = 0.25; // the smaller, the harder a drawing is chosen

/** Multiply the odds that a pixel is ink: 4 makes a line found with 0.2 as dark as one with 0.5. */
export function strengthen(ink, strength) {
  const table = Uint8Array.from({ length: 256 }, (_, level) => {
    const share = level / 255;
    return round(((strength * share) / (strength * share + 1 - share)) * 255);
  });
  return { ...ink, data: ink.data.map((value) => table[value]) };
}

/** Make levels of a drawing up to `black` black and from `white` on white, evenly between. */
export function curve(ink, black, white) {
  const table = Uint8Array.from({ length: 256 }, (_, level) =>
    round(255 - clip(((255 - level - black) / (white - black)) * 255)),
  );
  return { ...ink, data: ink.data.map((value) => table[value]) };
}

/** Choose between one line for a bundle of strokes and all of them; amount: 0, all tidied, to 1, all simplified. */
export function simplify(simplified, tidied, amount) {
  if (amount === 0) return tidied;
  if (amount === 1) return simplified;
  const differences = { ...tidied, data: tidied.data.map((value, i) => Math.abs(value - simplified.data[i])) };
  const sure = dilate(differences, disc(SAME_STROKE)).data;
  const data = tidied.data.map((value, i) => {
    const share = Math.min(Math.max((sure[i] / 255 - 1 + amount) / DECIDED + amount, 0), 1);
    return value + share * (simplified.data[i] - value) + 0.5;
  });
  return { ...tidied, data };
}

/** Make lines some pixels wider, or thinner where it is negative; fractions count. No line breaks. */
export function widen(ink, pixels) {
  if (pixels === 0) return ink;
  const operation = pixels > 0 ? dilate : erode;
  const radius = Math.abs(pixels) / 2;
  const whole = Math.floor(radius);
  const part = radius - whole;
  let result = operation(ink, disc(whole));
  if (part) {
    const more = operation(ink, disc(whole + 1)).data;
    result = { ...ink, data: result.data.map((value, i) => round(value * (1 - part) + more[i] * part)) };
  }
  if (pixels < 0) {
    // A line that would vanish stays as it is.
    const opened = open(ink, disc(Math.ceil(radius))).data;
    result = { ...ink, data: result.data.map((value, i) => Math.max(value, ink.data[i] - opened[i])) };
  }
  return result;
}
