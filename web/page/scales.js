// Chooses the size at which lines are looked for in a picture; the rule is that of imaging/scales.py.
//
// `find` is a function of a picture, RGB uint8, that resolves to its ink: one channel, 255 = ink.

import { average, blur, clip, close, disc, makePicture, open, place, resize, scaleShape, square, toGrey } from "./pixels.js";

const CELL = 32; // pixels; side of the squares in which line widths are measured
const BAND = 64; // rows that are measured at a time
const ENOUGH = 0.005; // pixels of outline for each pixel; squares with less are left out
const BEST_WIDTH = 3; // pixels, to which thinner lines are enlarged
const LARGEST = 1080; // short side of an enlarged picture, at most
const MOST = 2; // times that a picture is enlarged, at most
const LEAST = 1.1; // smallest factor that is worth a second look
const AFAR = [0.5, 0.3]; // a picture is also looked at shrunk by these,
const SUSPECT_WIDTH = 3.2; // if half of the lines are this wide,
const ONE_PEN = 1.35; // and the upper quartile of widths is at most so many times the lower one
const QUARTER = 4; // broad strokes are looked for at a quarter of the size,
const DARKER = 60; // where it is this much darker than around,
const BROAD_SHARE = 0.9; // this share of all dark strokes,
const BROAD_AREA = 0.02; // and of the picture
const UNSURE = 96; // level of ink seen from afar that becomes none,
const SURE = 160; // and full ink
const GUIDE_RADIUS = 2; // pixels of the shrunk picture
const GUIDE_NOISE = 4; // squared levels; smaller differences in the picture are no edges

/** Find a picture's lines at the size that suits them; resolves to its ink. */
export async function look(find, picture) {
  const ink = await find(picture);
  const widths = measureWidths(ink, [0.25, 0.5, 0.75]);
  if (hasOneBroadPen(widths) || hasBroadStrokes(picture)) return lookFromAfar(find, picture, ink);
  const scale = widths ? chooseScale(picture, widths[1]) : 1;
  if (scale < LEAST) return ink;
  const enlarged = await find(resize(picture, ...scaleShape(picture.height, picture.width, scale)));
  return resize(enlarged, picture.height, picture.width);
}

/** Choose how many times a picture is enlarged, by the width of half of its lines in pixels. */
export function chooseScale(picture, width) {
  return Math.min(BEST_WIDTH / width, MOST, LARGEST / Math.min(picture.height, picture.width));
}

/** Tell whether lines are broad and of one width, by the quartiles of their widths; null is no lines. */
function hasOneBroadPen(widths) {
  return widths !== null && widths[1] >= SUSPECT_WIDTH && widths[2] <= ONE_PEN * widths[0];
}

/** Tell whether nearly all dark strokes of a picture are broader than a network takes for lines. */
export function hasBroadStrokes(picture) {
  const grey = toGrey(resize(picture, ...scaleShape(picture.height, picture.width, 1 / QUARTER)));
  const closed = close(grey, disc(6));
  const darker = { ...grey, data: closed.data.map((value, i) => value - grey.data[i]) };
  const count = (plane) => plane.data.reduce((total, value) => total + (value >= DARKER ? 1 : 0), 0);
  const broad = count(open(darker, square(1)));
  return broad > BROAD_AREA * grey.data.length && broad > BROAD_SHARE * count(darker);
}

/**
 * Measure how wide a drawing's lines are: area over half of the outline's length (see imaging/scales.py).
 *
 * @returns widths in pixels: these shares of the lines' length are thinner; null if there is no line.
 */
export function measureWidths(ink, shares) {
  const cells = [];
  for (let top = 0; top < ink.height; top += BAND) cells.push(...measureBand(ink, top));
  if (!cells.length) return null;
  cells.sort((one, other) => one.width - other.width);
  const total = cells.reduce((sum, cell) => sum + cell.outline, 0);
  return shares.map((share) => {
    let length = 0;
    return (cells.find((cell) => (length += cell.outline) >= share * total) ?? cells.at(-1)).width;
  });
}

function measureBand(ink, top) {
  const height = Math.min(BAND, ink.height - top);
  const { width, data } = ink;
  const area = makePicture(height, width, 1, data.subarray(top * width, (top + height) * width));
  const slopes = makePicture(height, width, 1, null, Float32Array);
  for (let y = 0, i = top * width; y < height; y++) {
    const below = top + y + 1 < ink.height ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      slopes.data[y * width + x] = Math.hypot(data[i + (x + 1 < width)] - data[i], data[i + below] - data[i]);
    }
  }
  const cells = [height, width].map((length) => Math.max(1, Math.floor(length / CELL)));
  const outlines = average(slopes, ...cells).data;
  return Array.from(average(area, ...cells).data, (mean, i) => ({ width: (2 * mean) / outlines[i], outline: outlines[i] }))
    .filter(({ outline }) => outline > 255 * ENOUGH);
}

/** Look at a picture shrunk, and fill in the broad lines that show there. */
async function lookFromAfar(find, picture, ink) {
  for (const scale of AFAR) {
    const small = resize(picture, ...scaleShape(picture.height, picture.width, scale));
    ink = fillIn(picture, ink, small, await find(small));
  }
  return ink;
}

/** Fill broad lines of the shrunk picture into the ink, with rims as sharp as the picture's own. */
export function fillIn(picture, ink, small, coarse) {
  const { slope, offset } = fitGuide(toGrey(small), coarse);
  const broad = open(coarse, disc(1));
  const grey = toGrey(picture);
  const result = makePicture(ink.height, ink.width, 1);
  const [down, across] = [place(small.height, ink.height), place(small.width, ink.width)];
  for (let y = 0, i = 0; y < ink.height; y++) {
    for (let x = 0; x < ink.width; x++, i++) {
      const afar = between(slope, down[y], across[x]) * grey.data[i] + between(offset, down[y], across[x]);
      const level = Math.min(afar, between(broad, down[y], across[x]));
      result.data[i] = Math.max(ink.data[i], clip((255 * (level - UNSURE)) / (SURE - UNSURE) + 0.5));
    }
  }
  return result;
}

function between(plane, [top, bottom, down], [left, right, across]) {
  const { width, data } = plane;
  const above = data[top * width + left] * (1 - across) + data[top * width + right] * across;
  const below = data[bottom * width + left] * (1 - across) + data[bottom * width + right] * across;
  return above * (1 - down) + below * down;
}

/** Fit values to a picture about each pixel: values = slope * guide + offset (He, Sun and Tang 2010). */
function fitGuide(guide, values) {
  const mean = (plane) => blur(plane, GUIDE_RADIUS);
  const combine = (combination) => makePicture(guide.height, guide.width, 1, Float32Array.from(guide.data, combination));
  const [guideMean, valuesMean] = [mean(guide).data, mean(values).data];
  const products = mean(combine((value, i) => value * values.data[i])).data;
  const squares = mean(combine((value) => value * value)).data;
  const slope = combine(
    (_, i) => (products[i] - guideMean[i] * valuesMean[i]) / (squares[i] - guideMean[i] ** 2 + GUIDE_NOISE),
  );
  return { slope: mean(slope), offset: mean(combine((_, i) => valuesMean[i] - slope.data[i] * guideMean[i])) };
}
