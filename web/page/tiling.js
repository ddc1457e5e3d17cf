// Any picture size through a network that sees one tile at a time; the plan is that of networks/tiling.py.
//
// Tiles are windows on the picture itself and all have one shape. Only beyond the picture's own edge is the edge
// repeated. Neighbouring tiles overlap, and the border of a tile, which saw too little of its surroundings, is thrown
// away. So the result is that of the whole picture at once, in a tile's memory.

import { makePicture } from "./pixels.js";

/** Longest side of a tile, in pixels: larger ones waste less on borders, smaller ones need less memory. */
export const MAX_TILE = 640;

/** A run was cancelled. */
export class Cancelled extends Error {}

const roundUp = (length, stride) => Math.ceil(length / stride) * stride;

/**
 * Plan the tiles along one axis: as few as `maxTile` allows, all of one length.
 *
 * @returns a list of {start, stop, first, last}: a tile sees the pixels from start to stop, and decides those from
 *   first to last. Starts are multiples of the stride; the last stop is the next multiple beyond the picture.
 */
export function split(length, maxTile, margin, stride) {
  const whole = roundUp(length, stride);
  if (whole <= maxTile) return [{ start: 0, stop: whole, first: 0, last: length }];
  if (maxTile <= 2 * margin) throw new RangeError(`a tile of ${maxTile} pixels is all margin`);
  const count = Math.ceil((whole - 2 * margin) / (maxTile - 2 * margin));
  const tile = roundUp(Math.ceil((whole - 2 * margin) / count) + 2 * margin, stride);
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * (tile - 2 * margin), whole - tile));
  // Where two tiles overlap, each decides its own half.
  const cuts = starts.slice(1).map((start, i) => Math.floor((starts[i] + tile + start) / 2));
  return starts.map((start, i) => ({
    start,
    stop: start + tile,
    first: i ? cuts[i - 1] : 0,
    last: i < cuts.length ? cuts[i] : length,
  }));
}

/** Cut what a tile sees out of a picture: a Float32Array 0..1, channels one after the other. */
export function cut(picture, row, column) {
  const { height, width, channels, data } = picture;
  const tile = new Float32Array(channels * (row.stop - row.start) * (column.stop - column.start));
  let at = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = row.start; y < row.stop; y++) {
      const start = Math.min(y, height - 1) * width;
      for (let x = column.start; x < column.stop; x++, at++) {
        tile[at] = data[(start + Math.min(x, width - 1)) * channels + channel] / 255;
      }
    }
  }
  return tile;
}

/**
 * Run a network over a picture, tile by tile.
 *
 * @param network {margin, stride, run}: run(tile, height, width) resolves to a Float32Array that begins with the maps
 *   that are wanted, 0..1, one after the other.
 * @param picture of the network's channels, uint8.
 * @param track {start(count), step(), cancelled()}: told how many tiles there are and each one done, and asked before
 *   each one.
 * @param channels how many maps are wanted; a network with a single one gives that for each.
 * @returns a promise of a picture of these channels, uint8, rounded.
 */
export async function run(network, picture, track, channels = 1, maxTile = MAX_TILE) {
  const { height, width } = picture;
  const [rows, columns] = [height, width].map((length) => split(length, maxTile, network.margin, network.stride));
  const result = makePicture(height, width, channels);
  track.start(rows.length * columns.length);
  for (const row of rows) {
    for (const column of columns) {
      if (await track.cancelled()) throw new Cancelled();
      const [high, wide] = [row.stop - row.start, column.stop - column.start];
      const maps = await network.run(cut(picture, row, column), high, wide);
      for (let channel = 0; channel < channels; channel++) {
        paste(result, channel, maps.subarray((channel * high * wide) % maps.length), row, column);
      }
      track.step();
    }
  }
  return result;
}

/** Paste the part that a tile decides of a map into a channel of the result. */
function paste(result, channel, map, row, column) {
  const wide = column.stop - column.start;
  for (let y = row.first; y < row.last; y++) {
    let from = (y - row.start) * wide + column.first - column.start;
    let to = (y * result.width + column.first) * result.channels + channel;
    for (let x = column.first; x < column.last; x++, from++, to += result.channels) {
      const value = map[from];
      result.data[to] = value > 0 ? (value < 1 ? value * 255 + 0.5 : 255) : 0;
    }
  }
}
