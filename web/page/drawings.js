// Tells whether a picture is a line drawing, by the measures of imaging/scans.py, and makes ink of it.
//
// That file also leaves out what lies around a sheet, and pales crayon. This page does not; it says so.

import {
  clip, close, dilate, disc, erode, invert, join, makePicture, place, quantile, resize, round, smooth, split, square,
  toGrey,
} from "./pixels.js";

const THUMB = 192; // pixels, the longer side of the thumbnail on which paper is measured
const NOT_PAPER = 26; // levels; places that differ more from the paper are not paper
const TONED = 0.25; // share of such places, from which a picture is no line drawing
const COLOURED = 0.1; // share of coloured ones
const BLACK = 0.25; // of the paper's lightness: darker places are solid ink and do not count
const DARK_PAPER = 110; // levels; lines on darker paper are light
const CLEAN_PAPER = 250; // levels; paper this light needs no levelling
const CLEAN_INK = 40; // levels; nor do lines this dark
const LEAST_INK = 48; // levels; paler lines do not become black, because grain would, too
const STROKES = 0.6; // of the paper's lightness: where paper shines through this light, pencil strokes darken the place
const HOLLOW = 0.7; // of the fitted paper's lightness: paper is nowhere darker
const INK_SHARE = 0.15; // of the drawn pixels: if fewer are grey or black, colour is no sign of construction
const INK_SAMPLE = 512; // pixels, the longer side of the sample in which that is measured
const SHEET_EDGE = 0.06; // of the thumbnail's side; what lies around a sheet is broader than this
const LARGEST_SURROUNDINGS = 0.35; // share of the picture; larger surroundings are a picture's ground
const SLOW = 4; // levels by which light on paper may change from one pixel of the thumbnail to the next
const REMEDY = "Choose Lines, or refine it with predict.py --task refine.";

/**
 * Make ink of a line drawing.
 *
 * @param picture RGB, uint8.
 * @returns {ink} of one channel, 255 = ink; or {reason}: why the page does not take it, and what does.
 */
export function readDrawing(picture) {
  let thumb = makeThumb(picture);
  let ground = fitGround(thumb);
  const inverted = quantile(Float32Array.from(ground.data).sort(), 0.5) < DARK_PAPER;
  if (inverted) [thumb, ground] = [invert(thumb), { ...ground, data: ground.data.map((value) => 255 - value) }];
  let { toned, coloured } = measureOther(thumb, ground);
  if (toned > TONED) ({ toned, coloured } = measureOther(thumb, ground, findStrokes(picture, ground, inverted)));
  if (toned > TONED || coloured > COLOURED) {
    return { reason: "This is an illustration, not a line drawing. Choose Lines, or take predict.py --task lines,refine." };
  }
  if (!inverted && hasSurroundings(thumb, ground)) {
    return { reason: `Something lies around the sheet of this drawing. ${REMEDY}` };
  }
  if (isInked(picture, ground, inverted)) return { reason: `This drawing has coloured strokes beside its ink. ${REMEDY}` };
  const grey = toGrey(picture);
  const ink = inverted ? grey : invert(grey);
  const clean = quantile(Float32Array.from(ground.data).sort(), 0.02) >= CLEAN_PAPER;
  if (clean && measureInk(ink) >= 255 - CLEAN_INK) return { ink };
  return { ink: level(inverted ? invert(picture) : picture, findPaper(thumb, ground)) };
}

/** Find the colour of the paper everywhere: places locally lighter or darker than the fitted ground are paper, too. */
function findPaper(thumb, ground) {
  const light = median(join(split(thumb).map((plane) => dilate(plane, square(2)))));
  const local = smooth(light, 3).data;
  return { ...ground, data: ground.data.map((value, i) => Math.max(local[i], HOLLOW * value)) };
}

/** Make ink of what is darker than the paper: its grain becomes 0, and the lines' cores 255. */
function level(picture, paper) {
  const { height, width, data } = picture;
  const [down, across] = [place(paper.height, height), place(paper.width, width)];
  const dark = makePicture(height, width, 1);
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom, below] = down[y];
    for (let x = 0; x < width; x++, i++) {
      const [left, right, beside] = across[x];
      let least = Infinity;
      for (let c = 0; c < 3; c++) {
        const at = (row, column) => paper.data[(row * paper.width + column) * 3 + c];
        const above = at(top, left) * (1 - beside) + at(top, right) * beside;
        const under = at(bottom, left) * (1 - beside) + at(bottom, right) * beside;
        least = Math.min(least, data[3 * i + c] / Math.max(above * (1 - below) + under * below, 1));
      }
      dark.data[i] = clip(255.5 - 255 * least);
    }
  }
  const noise = rankOf(countLevels(dark, 512), 0.5); // half of the paper is darker than the ground
  const reach = Math.max(LEAST_INK, measureInk(dark) - noise);
  const table = Uint8Array.from({ length: 256 }, (_, value) => clip(((value - noise) * 255) / reach + 0.5));
  return { ...dark, data: dark.data.map((value) => table[value]) };
}

/** Count the levels of about as many of a plane's rows. */
function countLevels({ height, width, data }, rows) {
  const step = Math.max(1, Math.floor(height / rows));
  const counts = new Float64Array(256);
  for (let y = 0; y < height; y += step) {
    for (let i = y * width; i < (y + 1) * width; i++) counts[data[i]]++;
  }
  return counts;
}

/** Take the value at a share of the ranks of a histogram, linearly between neighbours. */
function rankOf(counts, share) {
  const rank = share * (counts.reduce((sum, count) => sum + count) - 1);
  const at = (goal) => {
    let passed = 0;
    return counts.findIndex((count) => (passed += count) > goal);
  };
  const [low, high] = [at(Math.floor(rank)), at(Math.ceil(rank))];
  return low + (high - low) * (rank - Math.floor(rank));
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

/** Find where paper shows through between strokes, of the ground's size, 0 or 1: pencil shading, hatching. */
function findStrokes(picture, ground, inverted) {
  const { height, width } = ground;
  const planes = split(inverted ? invert(picture) : picture).map(({ data }) => data);
  const data = planes[0].map((value, i) => Math.min(value, planes[1][i], planes[2][i]));
  const least = makePicture(picture.height, picture.width, 1, data);
  const reach = Math.max(3, round(Math.max(picture.height, picture.width) / 160)) >> 1;
  const [light, dark] = [dilate, erode].map((operation) => resize(operation(least, square(reach)), height, width).data);
  return light.map((value, i) => {
    const paper = Math.min(...ground.data.subarray(3 * i, 3 * i + 3));
    return value > STROKES * paper && value - dark[i] > 0.25 * paper;
  });
}

/**
 * Measure the share of a thumbnail that is neither paper nor solid ink, and that of these with another colour.
 *
 * @param strokes where strokes alone make a place dark, which is half a tone; null for nowhere.
 */
function measureOther(thumb, ground, strokes = null) {
  const counts = { other: 0, coloured: 0, all: 0 };
  for (let i = 0; i < thumb.data.length; i += 3) {
    const { apart, spread, solid } = comparePixel(thumb, ground, i);
    if (solid) continue;
    counts.all++;
    if (apart > NOT_PAPER) counts.other += strokes?.[i / 3] ? 0.5 : 1;
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

/**
 * Tell whether a coloured area that is broad and no paper reaches the border of a thumbnail: a table, a hand.
 *
 * Paper reaches as far as its colour changes slowly: shadows have soft edges, a sheet a hard one.
 */
function hasSurroundings(thumb, ground) {
  const { height, width } = thumb;
  if (Math.min(height, width) < 32) return false;
  const pixels = Array.from({ length: height * width }, (_, i) => comparePixel(thumb, ground, 3 * i));
  const near = Uint8Array.from(pixels, ({ apart }) => apart <= NOT_PAPER);
  const size = Math.max(3, Math.floor(SHEET_EDGE * Math.max(height, width)) | 1);
  const sheet = close(reachPaper(thumb, near), disc((size - 1) / 2)).data;
  const seen = new Uint8Array(sheet.length);
  let outside = 0;
  for (let i = 0; i < sheet.length; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const border = y === 0 || x === 0 || y === height - 1 || x === width - 1;
    if (!border || seen[i] || sheet[i]) continue;
    const part = collect(seen, i, width, (next) => !sheet[next]);
    const share = (test) => part.filter(test).length / part.length;
    const spread = part.reduce((sum, at) => sum + pixels[at].spread, 0) / part.length;
    const paper = share((at) => near[at]);
    if (paper < 0.5 && share((at) => pixels[at].solid) < 0.5 && spread > NOT_PAPER / 2) outside += part.length;
  }
  return outside > 0 && outside <= LARGEST_SURROUNDINGS * sheet.length;
}

/** Find the largest area in which the colour of a thumbnail changes slowly, from places that are paper: 255 there. */
function reachPaper(thumb, near) {
  const { width, data } = smooth(thumb, 1);
  const seen = new Uint8Array(near.length);
  const slow = (next, at) => [0, 1, 2].every((c) => Math.abs(data[3 * next + c] - data[3 * at + c]) <= SLOW);
  const places = Array.from(near.keys()).filter((at) => near[at]);
  let largest = [];
  for (let i = 0; i < places.length; i += Math.max(1, Math.floor(near.length / 400))) {
    if (seen[places[i]]) continue;
    const part = collect(seen, places[i], width, slow);
    if (part.length > largest.length) largest = part;
  }
  const reached = makePicture(thumb.height, width, 1);
  for (const at of largest) reached.data[at] = 255;
  return reached;
}

/** Collect the pixels that a test(next, at) connects with one of them, diagonals too; marks them as seen. */
function collect(seen, start, width, test) {
  const part = [start];
  seen[start] = 1;
  for (const at of part) {
    for (const down of [-width, 0, width]) {
      for (const across of [-1, 0, 1]) {
        const next = at + down + across;
        const beside = Math.abs((next % width) - (at % width)) <= 1;
        if (!beside || next < 0 || next >= seen.length || seen[next] || !test(next, at)) continue;
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
  const counts = countLevels(ink, 1024);
  const threshold = Math.max(findThreshold(counts), 16);
  const dark = counts.map((count, level) => (level > threshold ? count : 0));
  return dark.some((count) => count) ? rankOf(dark, 0.75) : 255;
}

/** Find the level that parts a histogram best (Otsu 1979). */
function findThreshold(counts) {
  const total = counts.reduce((sum, count) => sum + count);
  const mean = counts.reduce((sum, count, level) => sum + count * level, 0) / total;
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
