// Pictures as arrays, and what OpenCV does with them in the suite: greys, sizes, morphology.
//
// A picture is {height, width, channels, data}: data is a Uint8Array or Float32Array, row by row, channels together.
// No function changes its input.

const DECIDED = 0.99; // of the size: below it a picture shrinks, above its inverse it grows; between, a few pixels change

/** Make a picture; `data` is zeros of `kind` if it is left out. */
export function makePicture(height, width, channels, data, kind = Uint8Array) {
  return { height, width, channels, data: data ?? new kind(height * width * channels) };
}

/** Keep a number within 0..255. */
export function clip(value) {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Round to the nearest whole number, halves to the even one, as NumPy and OpenCV do. */
export function round(value) {
  const low = Math.floor(value);
  const part = value - low;
  return part > 0.5 || (part === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

/** Convert RGB to grey, with OpenCV's whole-number weights. */
export function toGrey(picture) {
  const { height, width, data } = picture;
  const grey = makePicture(height, width, 1);
  for (let i = 0, j = 0; i < grey.data.length; i++, j += 3) {
    grey.data[i] = (9798 * data[j] + 19235 * data[j + 1] + 3735 * data[j + 2] + 16384) >> 15;
  }
  return grey;
}

/** Return 255 minus a picture. */
export function invert(picture) {
  return { ...picture, data: picture.data.map((value) => 255 - value) };
}

/** Split a picture into its channels. */
export function split({ height, width, channels, data }) {
  return Array.from({ length: channels }, (_, channel) => {
    const plane = makePicture(height, width, 1, null, data.constructor);
    for (let i = 0, from = channel; i < plane.data.length; i++, from += channels) plane.data[i] = data[from];
    return plane;
  });
}

/** Join planes of one channel to a picture of as many; the inverse of `split`. */
export function join(planes) {
  const { height, width } = planes[0];
  const picture = makePicture(height, width, planes.length);
  planes.forEach(({ data }, channel) => {
    for (let i = 0, to = channel; i < data.length; i++, to += planes.length) picture.data[to] = data[i];
  });
  return picture;
}

/** Take a value at each share of sorted numbers, linearly between neighbours, as NumPy's quantile does. */
export function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

// Sizes

/** Return [height, width] times a factor, in whole pixels, at least one. */
export function scaleShape(height, width, scale) {
  return [height, width].map((length) => Math.max(1, round(length * scale)));
}

/**
 * Resize a picture: smaller by area, larger by Lanczos, by a few pixels linearly; itself if it has that size.
 *
 * The arithmetic is OpenCV's to the last bit: a network makes visible differences of single levels.
 */
export function resize(picture, height, width) {
  if (picture.height === height && picture.width === width) return picture;
  const growth = Math.sqrt((height * width) / (picture.height * picture.width));
  if (growth >= 2 - DECIDED) return resizeBy(picture, height, width, weighLanczos, Float64Array, fromFixedPoint);
  if (growth >= DECIDED) return resizeBy(picture, height, width, weighLinear, Float32Array, round);
  const [down, across] = [picture.height / height, picture.width / width];
  if (!Number.isInteger(down) || !Number.isInteger(across)) {
    return resizeBy(picture, height, width, weighArea, Float32Array, round);
  }
  const share = Math.fround(1 / (down * across));
  const mean = down === 2 && across === 2 ? (sum) => (sum + 2) >> 2 : (sum) => round(Math.fround(sum * share));
  return resizeBy(picture, height, width, weighWhole, Float32Array, mean);
}

/** Average a picture of one channel over the cells of a grid: Float32Array data. */
export function average(picture, height, width) {
  return resizeBy(picture, height, width, weighArea, Float32Array, null);
}

/**
 * Resize by one-dimensional weights, rows first, a few at a time.
 *
 * @param weigh function of an old and a new length; returns for each new place {first, weights}: it is the sum of the
 *   old places from `first` on, times these weights. Places beyond the ends repeat them.
 * @param kind of array that sums are kept in. @param finish makes 0..255 of a sum; null: sums are the result.
 */
function resizeBy(picture, height, width, weigh, kind, finish) {
  const { channels } = picture;
  const across = weigh(picture.width, width);
  const result = makePicture(height, width, channels, null, finish ? Uint8Array : kind);
  const rows = new Map(); // of the old picture, resized across
  weigh(picture.height, height).forEach(({ first, weights }, y) => {
    for (const known of rows.keys()) if (known < Math.min(first, picture.height - 1)) rows.delete(known);
    const total = new kind(width * channels);
    weights.forEach((weight, i) => {
      const at = Math.min(Math.max(first + i, 0), picture.height - 1);
      if (!rows.has(at)) rows.set(at, resizeRow(picture, at, across, kind));
      const row = rows.get(at);
      if (kind === Float32Array) {
        for (let x = 0; x < total.length; x++) total[x] += Math.fround(weight * row[x]);
      } else {
        for (let x = 0; x < total.length; x++) total[x] += weight * row[x];
      }
    });
    const start = y * width * channels;
    if (!finish) result.data.set(total, start);
    else for (let x = 0; x < total.length; x++) result.data[start + x] = clip(finish(total[x]));
  });
  return result;
}

function resizeRow(picture, y, across, kind) {
  const { channels, width, data } = picture;
  const start = y * width * channels;
  const row = new kind(across.length * channels);
  across.forEach(({ first, weights }, x) => {
    for (let i = 0; i < weights.length; i++) {
      const from = start + Math.min(Math.max(first + i, 0), width - 1) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const value = weights[i] * data[from + channel];
        row[x * channels + channel] += kind === Float32Array ? Math.fround(value) : value;
      }
    }
  });
  return row;
}

function weighArea(length, goal) {
  const scale = length / goal;
  return Array.from({ length: goal }, (_, place) => {
    const start = place * scale;
    const cell = Math.min(scale, length - start);
    const last = Math.min(Math.floor(start + scale), length - 1);
    const first = Math.min(Math.ceil(start), last);
    const parts = [first - start, ...Array(last - first).fill(1), Math.min(start + scale - last, 1, cell)];
    const skipped = parts[0] > 1e-3 ? 0 : 1;
    if (parts.at(-1) <= 1e-3) parts.pop();
    return { first: first - 1 + skipped, weights: parts.slice(skipped).map((part) => Math.fround(part / cell)) };
  });
}

function weighWhole(length, goal) {
  const weights = Array(length / goal).fill(1);
  return Array.from({ length: goal }, (_, place) => ({ first: place * weights.length, weights }));
}

function weighLinear(length, goal) {
  return Array.from({ length: goal }, (_, place) => {
    const at = (place + 0.5) * (length / goal) - 0.5;
    const part = at - Math.floor(at);
    return { first: Math.floor(at), weights: [1 - part, part] };
  });
}

const FIXED = 2048; // weights of the Lanczos kernel are whole numbers of this share

/** The Lanczos kernel of 8 places (Duchon 1979), in the steps and roundings of OpenCV. */
function weighLanczos(length, goal) {
  const f = Math.fround;
  const half = Math.SQRT1_2;
  const turns = [[1, 0], [-half, -half], [0, 1], [half, -half], [-1, 0], [half, half], [0, -1], [-half, half]];
  return Array.from({ length: goal }, (_, place) => {
    const at = f((place + 0.5) * (length / goal) - 0.5);
    const part = f(at - Math.floor(at));
    const start = -(part + 3) * Math.PI * 0.25;
    const [sine, cosine] = [Math.sin(start), Math.cos(start)];
    const waves = turns.map(([one, other], i) => {
      const away = f(part + 3 - i);
      return Math.abs(away) < 1e-6 ? f(1e30) : f((one * sine + other * cosine) / (away * Math.PI * 0.25) ** 2);
    });
    const share = f(1 / waves.reduce((sum, wave) => f(sum + wave), 0));
    return { first: Math.floor(at) - 3, weights: waves.map((wave) => round(f(wave * share) * FIXED)) };
  });
}

function fromFixedPoint(sum) {
  return Math.floor((sum + FIXED * FIXED / 2) / (FIXED * FIXED));
}

/** Where each pixel of an enlarged side lies on the small one: [before, after, share of the second]. */
export function place(length, goal) {
  return Array.from({ length: goal }, (_, i) => {
    const at = (i + 0.5) * (length / goal) - 0.5;
    const low = Math.floor(at);
    return [Math.max(low, 0), Math.min(low + 1, length - 1), at - low];
  });
}

/** Blur by a Gaussian; beyond the picture it is mirrored at its edge. The arithmetic is OpenCV's to the last bit. */
export function smooth(picture, sigma) {
  const { height, width, channels, data } = picture;
  const half = round(6 * sigma + 1) >> 1;
  const waves = Array.from({ length: 2 * half + 1 }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const total = waves.reduce((sum, wave) => sum + wave);
  const weights = Array(2 * half + 1).fill(0); // whole numbers of 1/256; what rounding leaves over goes to the next
  let rest = 0;
  for (let i = 0; i < half; i++) {
    const wanted = (waves[i] / total) * 256 + rest;
    weights[i] = weights[2 * half - i] = round(wanted);
    rest = wanted - weights[i];
  }
  weights[half] = 256 - weights.reduce((sum, weight) => sum + weight);
  const mirror = (at, length) => {
    while (at < 0 || at >= length) at = length === 1 ? 0 : at < 0 ? -at : 2 * (length - 1) - at;
    return at;
  };
  const across = new Uint32Array(data.length);
  const result = makePicture(height, width, channels);
  weights.forEach((weight, i) => {
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * width + mirror(x + i - half, width)) * channels;
        for (let c = 0; c < channels; c++, to++) across[to] += weight * data[from + c];
      }
    }
  });
  const sums = new Uint32Array(data.length).fill(1 << 15);
  weights.forEach((weight, i) => {
    for (let y = 0, to = 0; y < height; y++) {
      const start = mirror(y + i - half, height) * width * channels;
      for (let x = 0; x < width * channels; x++, to++) sums[to] += weight * across[start + x];
    }
  });
  result.data.set(sums.map((sum) => sum >>> 16));
  return result;
}

// Morphology of one channel. A kernel is the list of its rows' half-widths, from its top to its bottom.

/** Return OpenCV's ellipse of height and width 2 * radius + 1. */
export function disc(radius) {
  return Array.from({ length: 2 * radius + 1 }, (_, row) =>
    round(radius * Math.sqrt((radius * radius - (row - radius) ** 2) * (radius ? 1 / (radius * radius) : 0))),
  );
}

/** Return a square of height and width 2 * radius + 1. */
export function square(radius) {
  return Array(2 * radius + 1).fill(radius);
}

/** Take the largest value under a kernel at each pixel; beyond the picture there is nothing. */
export function dilate(plane, kernel) {
  const { height, width, data } = plane;
  const reach = (kernel.length - 1) / 2;
  const result = makePicture(height, width, 1);
  const widest = Math.max(...kernel);
  for (let y = 0; y < height; y++) {
    // The row's maxima over ever wider spans, each made of the one before.
    let row = data.subarray(y * width, (y + 1) * width);
    for (let half = 0; half <= widest; half++) {
      if (half) row = widen(row);
      kernel.forEach((needed, place) => {
        const goal = y + reach - place;
        if (needed !== half || goal < 0 || goal >= height) return;
        const start = goal * width;
        for (let x = 0; x < width; x++) if (row[x] > result.data[start + x]) result.data[start + x] = row[x];
      });
    }
  }
  return result;
}

function widen(row) {
  const last = row.length - 1;
  const wider = new Uint8Array(row.length);
  for (let x = 0; x <= last; x++) {
    const most = Math.max(row[x], x ? row[x - 1] : 0);
    wider[x] = x < last && row[x + 1] > most ? row[x + 1] : most;
  }
  return wider;
}

/** Take the smallest value under a kernel at each pixel. */
export function erode(plane, kernel) {
  return invert(dilate(invert(plane), kernel));
}

/** Remove what is lighter than its surroundings and smaller than a kernel. */
export function open(plane, kernel) {
  return dilate(erode(plane, kernel), kernel);
}

/** Fill what is darker than its surroundings and smaller than a kernel. */
export function close(plane, kernel) {
  return erode(dilate(plane, kernel), kernel);
}

/** Average over a square, (2 * radius + 1) pixels a side; beyond the picture its edge is repeated. */
export function blur(plane, radius) {
  const { height, width } = plane;
  const across = blurRows(plane.data, height, width, radius);
  const turned = blurRows(transpose(across, height, width), width, height, radius);
  return makePicture(height, width, 1, transpose(turned, width, height));
}

function blurRows(data, height, width, radius) {
  const result = new Float32Array(data.length);
  for (let y = 0, start = 0; y < height; y++, start += width) {
    for (let x = 0; x < width; x++) {
      let total = 0;
      for (let i = x - radius; i <= x + radius; i++) total += data[start + Math.min(Math.max(i, 0), width - 1)];
      result[start + x] = total / (2 * radius + 1);
    }
  }
  return result;
}

function transpose(data, height, width) {
  const result = new Float32Array(data.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x];
  return result;
}
