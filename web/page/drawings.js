// Tells whether a picture is a clean line drawing, by the measures of imaging/scans.py, and makes ink of it.
//
// That file also levels paper, leaves out what lies around a sheet and pales crayon. This page does not; it says so.

import { disc, close, invert, makePicture, quantile, resize, round, toGrey } from "./pixels.js";

const THUMB = 192; // pixels, the longer side of the thumbnail on which paper is measured
const NOT_PAPER = 26; // levels; places that differ more from the paper are not paper
const TONED = 0.25; // share of such places, from which a picture is no line drawing
const COLOURED = 0.1; // share of coloured ones
const BLACK = 0.25; // of the paper's lightness: darker places are solid ink and do not count
const DARK_PAPER = 110; // levels; lines on darker paper are light
const CLEAN_PAPER = 250; // levels; paper this light needs no levelling
const CLEAN_INK = 40; // levels; nor do lines this dark
const INK_SHARE = 0.15; // of the drawn pixels: if fewer are grey or black, colour is no sign of construction
const INK_SAMPLE = 512; // pixels, the longer side of the sample in which that is measured
const SHEET_EDGE = 0.06; // of the thumbnail's side; what lies around a sheet is broader than this

/**
 * Make ink of a clean line drawing.
 *
 * @param picture RGB, uint8.
 * @returns {ink} of one channel, 255 = ink; or {reason}, a sentence that says why it is no clean drawing.
 */
export function readDrawing(picture) {
  let thumb = makeThumb(picture);
  let ground = fitGround(thumb);
  const inverted = quantile(Float32Array.from(ground.data).sort(), 0.5) < DARK_PAPER;
  if (inverted) [thumb, ground] = [invert(thumb), { ...ground, data: ground.data.map((value) => 255 - value) }];
  const { toned, coloured } = measureOther(thumb, ground);
  if (toned > TONED || coloured > COLOURED) return { reason: "This is an illustration, not a line drawing." };
  if (quantile(Float32Array.from(ground.data).sort(), 0.02) < CLEAN_PAPER) {
    return { reason: "The paper of this drawing is not clean white." };
  }
  if (!inverted && hasSurroundings(thumb, ground)) return { reason: "Something lies around the sheet of this drawing." };
  if (isInked(picture, ground, inverted)) return { reason: "This drawing has coloured strokes beside its ink." };
  const grey = toGrey(picture);
  const ink = inverted ? grey : invert(grey);
  return measureInk(ink) < 255 - CLEAN_INK ? { reason: "The lines of this drawing are pale." } : { ink };
}

/** Make a thumbnail in which thin lines have nearly vanished. */
function makeThumb(picture) {
  const scale = Math.min(1, THUMB / Math.max(picture.height, picture.width));
  const size = [picture.height, picture.width].map((length) => Math.max(1, round(length * scale)));
  const small = resize(picture, ...size);
  return Math.min(...size) > 5 ? median(small) : small;
}

/** Take the median of 5x5 pixels of each channel; beyond the picture its edge is repeated. */
function median(picture) {
  const { height, width, channels, data } = picture;
  const result = makePicture(height, width, channels);
  const window = new Uint8Array(25);
  const keep = (place, length) => Math.min(Math.max(place, 0), length - 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++, i++) {
        for (let n = 0; n < 25; n++) {
          const start = keep(y + Math.floor(n / 5) - 2, height) * width + keep(x + (n % 5) - 2, width);
          window[n] = data[start * channels + channel];
        }
        result.data[i] = window.sort()[12];
      }
    }
  }
  return result;
}

/** Fit a quadratic surface to the most common colour of a thumbnail: the paper, float32. */
export function fitGround(thumb) {
  const { height, width, data } = thumb;
  const count = height * width;
  const along = (place, length) => (length > 1 ? (2 * place) / (length - 1) - 1 : -1);
  const terms = Array.from({ length: count }, (_, i) => {
    const [y, x] = [along(Math.floor(i / width), height), along(i % width, width)];
    return [1, x, y, x * x, x * y, y * y];
  });
  const bins = new Uint32Array(4096);
  const bin = (i) => (data[3 * i] >> 4) + 16 * (data[3 * i + 1] >> 4) + 256 * (data[3 * i + 2] >> 4);
  for (let i = 0; i < count; i++) bins[bin(i)]++;
  const common = bins.indexOf(Math.max(...bins));
  const members = Array.from(terms.keys()).filter((i) => bin(i) === common);
  const middle = [0, 1, 2].map((c) => quantile(members.map((i) => data[3 * i + c]).sort((a, b) => a - b), 0.5));
  let surface = Float64Array.from(data, (_, i) => middle[i % 3]);
  for (const reach of [2.5, 1.8, 1.2]) {
    const near = Array.from(terms.keys()).filter((i) =>
      [0, 1, 2].every((c) => Math.abs(data[3 * i + c] - surface[3 * i + c]) < reach * NOT_PAPER),
    );
    if (near.length < 30) break;
    const factors = solve(terms, data, near);
    surface = surface.map((_, i) => terms[Math.floor(i / 3)].reduce((sum, term, k) => sum + term * factors[k][i % 3], 0));
  }
  return makePicture(height, width, 3, Float32Array.from(surface, (value) => Math.min(Math.max(value, 1), 255)));
}

/** Solve the fit of colours by terms, at some pixels: (6, 3) factors. A small weight keeps the surface flat. */
function solve(terms, data, near) {
  const flat = [0, 1, 1, 3, 3, 3].map((weight) => weight * 0.02 * near.length);
  const rows = flat.map((weight, i) => {
    const row = Array(9).fill(0);
    row[i] = weight;
    return row;
  });
  for (const place of near) {
    const term = terms[place];
    for (let i = 0; i < 6; i++) {
      for (let k = 0; k < 6; k++) rows[i][k] += term[i] * term[k];
      for (let c = 0; c < 3; c++) rows[i][6 + c] += term[i] * data[3 * place + c];
    }
  }
  for (let i = 0; i < 6; i++) {
    const best = rows.slice(i).reduce((most, row, k) => (Math.abs(row[i]) > Math.abs(rows[most][i]) ? i + k : most), i);
    [rows[i], rows[best]] = [rows[best], rows[i]];
    for (let k = 0; k < 6; k++) {
      const share = k === i ? 0 : rows[k][i] / rows[i][i];
      if (share) rows[k] = rows[k].map((value, j) => value - share * rows[i][j]);
    }
  }
  return rows.map((row, i) => row.slice(6).map((value) => value / row[i]));
}

/** Measure the share of a thumbnail that is neither paper nor solid ink, and that of these with another colour. */
function measureOther(thumb, ground) {
  const counts = { other: 0, coloured: 0, all: 0 };
  for (let i = 0; i < thumb.data.length; i += 3) {
    const { apart, spread, solid } = comparePixel(thumb, ground, i);
    if (solid) continue;
    counts.all++;
    counts.other += apart > NOT_PAPER;
    counts.coloured += apart > NOT_PAPER && spread > NOT_PAPER;
  }
  return { toned: counts.other / Math.max(1, counts.all), coloured: counts.coloured / Math.max(1, counts.all) };
}

/** Compare a pixel with the paper: how far it is apart, how coloured that is, and whether it is solid ink. */
function comparePixel(thumb, ground, i) {
  const differences = [0, 1, 2].map((c) => thumb.data[i + c] - ground.data[i + c]);
  const paper = Math.max(...ground.data.subarray(i, i + 3));
  return {
    apart: Math.max(...differences.map(Math.abs)),
    spread: Math.max(...differences) - Math.min(...differences),
    solid: Math.max(...thumb.data.subarray(i, i + 3)) < BLACK * paper,
  };
}

/** Tell whether a coloured area that is broad and no paper reaches the border of a thumbnail: a table, a hand. */
function hasSurroundings(thumb, ground) {
  const { height, width } = thumb;
  if (Math.min(height, width) < 32) return false;
  const pixels = Array.from({ length: height * width }, (_, i) => comparePixel(thumb, ground, 3 * i));
  const near = makePicture(height, width, 1, Uint8Array.from(pixels, ({ apart }) => (apart <= NOT_PAPER ? 255 : 0)));
  const size = Math.max(3, Math.floor(SHEET_EDGE * Math.max(height, width)) | 1);
  const sheet = close(near, disc((size - 1) / 2)).data;
  const seen = new Uint8Array(sheet.length);
  for (let i = 0; i < sheet.length; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const border = y === 0 || x === 0 || y === height - 1 || x === width - 1;
    if (!border || seen[i] || sheet[i]) continue;
    const part = collect(sheet, seen, i, width);
    const share = (test) => part.filter(test).length / part.length;
    const spread = part.reduce((sum, at) => sum + pixels[at].spread, 0) / part.length;
    const paper = share((at) => near.data[at] > 0);
    if (paper < 0.5 && share((at) => pixels[at].solid) < 0.5 && spread > NOT_PAPER / 2) return true;
  }
  return false;
}

/** Collect the pixels that are 0 and connected with one of them, diagonals too; marks them as seen. */
function collect(mask, seen, start, width) {
  const part = [start];
  seen[start] = 1;
  for (const at of part) {
    for (const down of [-width, 0, width]) {
      for (const across of [-1, 0, 1]) {
        const next = at + down + across;
        const beside = Math.abs((next % width) - (at % width)) <= 1;
        if (!beside || next < 0 || next >= mask.length || seen[next] || mask[next]) continue;
        seen[next] = 1;
        part.push(next);
      }
    }
  }
  return part;
}

/** Tell whether a drawing has grey or black ink beside coloured strokes. */
function isInked(picture, ground, inverted) {
  const { height, width, data } = picture;
  const step = Math.ceil(Math.max(height, width) / INK_SAMPLE);
  let [grey, coloured] = [0, 0];
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const row = Math.min(Math.floor(((y + 0.5) * ground.height) / height), ground.height - 1);
      const column = Math.min(Math.floor(((x + 0.5) * ground.width) / width), ground.width - 1);
      const light = [0, 1, 2].map((c) => {
        const value = data[3 * (y * width + x) + c];
        return (inverted ? 255 - value : value) / ground.data[3 * (row * ground.width + column) + c];
      });
      const [least, most] = [Math.min(...light), Math.max(...light)];
      grey += least < 0.75 && most - least < 0.16;
      coloured += least < 0.75 && most - least > 0.22;
    }
  }
  const total = Math.max(1, grey + coloured);
  return INK_SHARE < grey / total && coloured / total > 0.02;
}

/** Measure how dark lines are at their cores, 0..255; 255 for blank paper. */
export function measureInk(ink) {
  const { height, width, data } = ink;
  const step = Math.max(1, Math.floor(height / 1024));
  const counts = new Float64Array(256);
  for (let y = 0; y < height; y += step) {
    for (let i = y * width; i < (y + 1) * width; i++) counts[data[i]]++;
  }
  const threshold = Math.max(findThreshold(counts), 16);
  const dark = counts.reduce((sum, count, level) => sum + (level > threshold ? count : 0), 0);
  if (!dark) return 255;
  // The 75th percentile, linearly between neighbours.
  const place = 0.75 * (dark - 1);
  const at = (rank) => {
    let passed = 0;
    return counts.findIndex((count, level) => level > threshold && (passed += count) > rank);
  };
  const [low, high] = [at(Math.floor(place)), at(Math.ceil(place))];
  return low + (high - low) * (place - Math.floor(place));
}

/** Find the level that parts a histogram best (Otsu 1979). */
function findThreshold(counts) {
  const total = counts.reduce((sum, count) => sum + count);
  const mean = counts.reduce((sum, count, level) => sum + count * level) / total;
  let [best, threshold, below, belowSum] = [0, 0, 0, 0];
  for (let level = 0; level < 256; level++) {
    below += counts[level] / total;
    belowSum += (level * counts[level]) / total;
    if (below < 1e-7 || below > 1 - 1e-7) continue;
    const apart = below * (1 - below) * (belowSum / below - (mean - belowSum) / (1 - below)) ** 2;
    if (apart > best) [best, threshold] = [apart, level];
  }
  return threshold;
}
