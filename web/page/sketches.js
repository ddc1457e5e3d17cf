// Prepares pictures for the sketch network, as imaging/filters.py does: lightens them, and draws a first sketch.

import { clip, join, makePicture, quantile, round, split, toGrey } from "./pixels.js";

const LIGHT = 0.7; // lightening makes a fifth of the picture brighter than this, 0..1
const GAIN = 4; // the most that it multiplies levels by

// The extended difference of Gaussians.
const WIDER = 4.5; // how many times wider the second Gaussian is
const SHARPNESS = 19; // how much their difference sharpens the picture
const STEEPNESS = 3; // how steeply the sketch darkens
const POWER = 1.7; // of its intensities
const SIGMAS = [0.7, 0.5, 1, 0.4, 0.3]; // pixels; those tried for the narrower Gaussian, the usual one first
const EPSILONS = [0.01, -0.03, -0.1]; // thresholds that are tried
const WINDOW = 384; // pixels; side of the four windows that they are tried on
const NEARLY = 0.7; // share of the best score with which an earlier choice is kept
const STEPS = 65535; // of the table of intensities
const REACH = 6; // where that table ends: a hyperbolic tangent is 1 there

// How clear a sketch is.
const SPECK = 12; // pixels; smaller parts are specks
const LINE = 40; // pixels; parts of this size or more are lines
const [ENOUGH, MUCH, TOO_MUCH] = [0.01, 0.2, 0.45]; // shares of ink
const SPECKLED = 8; // specks in 10,000 pixels that halve a score

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

/** Make what the network is given, four channels of uint8: a picture, RGB, lightened if dark, and its first sketch. */
export function addFirstSketch(picture) {
  return join([...split(lighten(picture)), drawSketch(picture)]);
}

/** Draw a picture, RGB uint8, by the extended difference of Gaussians with options that suit it: one channel, uint8. */
export function drawSketch(picture) {
  const grey = toGrey(picture);
  const { sigma, epsilon, steepness } = chooseOptions(grey, findGain(picture));
  return shade(sharpen(grey, sigma), epsilon, steepness, POWER);
}

/** Take the first options whose sketch is nearly as clear as the clearest. */
function chooseOptions(grey, gain) {
  const windows = cutWindows(grey);
  const tried = SIGMAS.flatMap((sigma) => {
    const products = windows.map((window) => sharpen(window, sigma));
    return EPSILONS.map((each) => {
      const options = { sigma, epsilon: each / gain ** 2, steepness: STEEPNESS * gain ** 2 };
      const score = measureClarity(products.map((product) => shade(product, options.epsilon, options.steepness, 1)));
      return { score, ...options };
    });
  });
  const best = Math.max(...tried.map(({ score }) => score));
  return tried.find(({ score }) => score >= NEARLY * best);
}

/** Cut out the middle of each quarter; a small picture stays whole. */
function cutWindows(grey) {
  const { height, width } = grey;
  if (Math.min(height, width) < 2 * LINE) return [grey];
  const halves = (length) => {
    const half = Math.floor(length / 2);
    return [[0, half], [half, length]].map(([start, end]) => {
      const less = Math.floor(Math.max(0, end - start - WINDOW) / 2);
      return [start + less, end - less];
    });
  };
  return halves(height).flatMap((down) => halves(width).map((across) => cutOut(grey, down, across)));
}

function cutOut({ width, data }, [top, bottom], [left, right]) {
  const part = makePicture(bottom - top, right - left, 1);
  for (let y = top, to = 0; y < bottom; y++, to += part.width) {
    part.data.set(data.subarray(y * width + left, y * width + right), to);
  }
  return part;
}

/** Multiply a grey picture by its sharpened self, 0..1: float32. */
function sharpen({ height, width, data }, sigma) {
  const unit = Math.fround(1 / 255);
  const plane = makePicture(height, width, 1, Float32Array.from(data, (value) => value * unit));
  const [narrow, wide] = [sigma, WIDER * sigma].map((each) => blurGaussian(plane, each).data);
  const product = wide.map((value, i) => plane.data[i] * Math.fround((1 + SHARPNESS) * narrow[i] - SHARPNESS * value));
  return makePicture(height, width, 1, product);
}

/** Blur a plane, float32, by a Gaussian that reaches four sigmas; beyond the picture it is mirrored. */
function blurGaussian({ height, width, data }, sigma) {
  const half = (round(8 * sigma + 1) | 1) >> 1;
  const waves = Array.from({ length: 2 * half + 1 }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const total = waves.reduce((sum, wave) => sum + wave);
  const weights = waves.map((wave) => Math.fround(wave / total));
  const mirror = (at, length) => {
    while (at < 0 || at >= length) at = length === 1 ? 0 : at < 0 ? -at : 2 * (length - 1) - at;
    return at;
  };
  const across = new Float32Array(data.length);
  const row = new Float32Array(width + 2 * half);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < row.length; x++) row[x] = data[y * width + mirror(x - half, width)];
    for (let x = 0; x < width; x++, i++) {
      let sum = 0;
      for (let k = 0; k <= 2 * half; k++) sum += weights[k] * row[x + k];
      across[i] = sum;
    }
  }
  const result = makePicture(height, width, 1, null, Float32Array);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let k = 0; k <= 2 * half; k++) {
      const start = mirror(y + k - half, height) * width;
      for (let x = 0; x < width; x++) sums[x] += weights[k] * across[start + x];
    }
    result.data.set(sums, y * width);
  }
  return result;
}

/** Make a sketch of what `sharpen` returns: white from epsilon on, darker below. */
function shade({ height, width, data }, epsilon, steepness, power) {
  const darkness = Array.from({ length: STEPS + 1 }, (_, i) => Math.tanh((REACH * i) / STEPS));
  const table = Uint8Array.from(darkness, (dark) => round(255 * (1 - dark) ** power));
  const scale = (steepness * STEPS) / REACH;
  const sketch = makePicture(height, width, 1);
  for (let i = 0; i < data.length; i++) {
    sketch.data[i] = table[Math.min(Math.max(round((epsilon - data[i]) * scale), 0), STEPS)];
  }
  return sketch;
}

/** Measure how clear windows of a sketch are, 0..1: some ink and not too much, in long lines, without specks. */
function measureClarity(windows) {
  let [pixels, total, inLines, specks] = [0, 0, 0, 0];
  for (const window of windows) {
    pixels += window.data.length;
    for (const area of measureParts(window)) {
      total += area;
      if (area >= LINE) inLines += area;
      if (area < SPECK) specks++;
    }
  }
  const share = total / pixels;
  const amount = Math.min(1, share / ENOUGH) * Math.min(1, Math.max(0, (TOO_MUCH - share) / (TOO_MUCH - MUCH)));
  const connected = inLines / Math.max(1, total);
  return (amount * connected ** 2) / (1 + (specks * 1e4) / pixels / SPECKLED);
}

/** Count the pixels of each connected dark part, diagonals too. */
function measureParts({ height, width, data }) {
  const left = Uint8Array.from(data, (value) => value < 128);
  const areas = [];
  for (let start = 0; start < left.length; start++) {
    if (!left[start]) continue;
    const part = [start];
    left[start] = 0;
    for (const at of part) {
      const [y, x] = [Math.floor(at / width), at % width];
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          const next = row * width + column;
          if (!left[next]) continue;
          left[next] = 0;
          part.push(next);
        }
      }
    }
    areas.push(part.length);
  }
  return areas;
}
