// Refines a drawing's ink at the size that suits it; the rules are those of tasks/refine.py.
//
// The network draws each drawing twice: simplified, with one line for a bundle of strokes, and tidied, with all of them.

import { curve } from "./linework.js";
import { resize, scaleShape, split } from "./pixels.js";
import { measureWidths } from "./scales.js";

const BEST_WIDTH = 2.5; // pixels, to which thinner lines are enlarged
const LARGE = 900; // short side of an enlarged drawing, at most
const MOST = 3; // times that a drawing is enlarged, at most
const LEAST = 1.15; // smallest factor that is worth it
const BROAD_WIDTH = 3.5; // pixels; broader strokes are shrunk ...
const SHRUNK_WIDTH = 2.6; // ... to this,
const SHRUNK = 0.45; // but the drawing to no less than this
const SOFT = 50; // levels of soft edges that become ink, and as many that become paper

/**
 * Refine a drawing's ink.
 *
 * @param find function of ink, one channel, 255 = ink; resolves to two channels of the same size.
 * @returns a promise of [simplified, tidied], one channel each.
 */
export async function refine(find, ink) {
  const { height, width } = ink;
  const scale = chooseScale(ink);
  const found = split(resize(await find(resize(ink, ...scaleShape(height, width, scale))), height, width));
  return scale < 1 ? found.map((drawing) => curve(drawing, SOFT, 255 - SOFT)) : found; // soft after enlarging again
}

/** Choose by how much a drawing is resized while it is refined: larger where lines are thin, smaller where broad. */
export function chooseScale(ink) {
  const widths = measureWidths(ink, [0.5]);
  if (!widths) return 1;
  if (widths[0] > BROAD_WIDTH) return Math.max(SHRUNK, SHRUNK_WIDTH / widths[0]);
  const scale = Math.min(BEST_WIDTH / widths[0], MOST, LARGE / Math.min(ink.height, ink.width));
  return scale >= LEAST ? scale : 1;
}
