// Does the work beside the page: reads a picture, finds its lines, finishes and saves them.
//
// The page sends {id, order, ...}; the answer is {id, ...result} or {id, error}. {progress: [done, all]} comes between.
// {id, order: "cancel"} cancels the order of this number and those before it.

import { readDrawing } from "./drawings.js";
import { simplify, strengthen, widen } from "./linework.js";
import * as networks from "./networks.js";
import { invert, makePicture } from "./pixels.js";
import { encode } from "./png.js";
import { refine } from "./refining.js";
import { look } from "./scales.js";
import { addFirstSketch } from "./sketches.js";
import { Cancelled, run } from "./tiling.js";

const STRIP = 256; // rows read or sent at a time

let picture = null; // RGB, uint8
let found = null; // by the last task: ink, one channel, 255 = ink; refined, also what was not simplified
let finished = null; // the ink as it is shown
let cancelled = 0; // number of the last order that was cancelled

const orders = {
  async start({ engine }) {
    await networks.start(engine);
    return {};
  },

  async open({ file }) {
    picture = found = finished = null;
    picture = await read(file);
    return { height: picture.height, width: picture.width };
  },

  async find({ id, task }) {
    found = finished = null;
    track.id = id;
    const { reason, ...drawings } = await tasks[task](picture);
    if (reason) return { reason };
    found = drawings;
    const { gpu, threads } = await networks.start();
    return { gpu, threads };
  },

  async finish({ strength, width, simplicity }) {
    const ink = found.tidied ? simplify(found.ink, found.tidied, simplicity) : found.ink;
    finished = widen(strengthen(ink, strength), width);
    return { drawing: finished };
  },

  async save({ transparent }) {
    return { file: await encode(finished, transparent) };
  },
};

const tasks = {
  async lines(picture) {
    const network = await networks.open("lines");
    return { ink: await look((resized) => run(network, resized, track), picture) };
  },

  async sketch(picture) {
    return { ink: invert(await run(await networks.open("sketch"), addFirstSketch(picture), track)) };
  },

  async refine(picture) {
    const { ink, reason } = readDrawing(picture);
    if (reason) return { reason };
    const network = await networks.open("refine");
    const [simplified, tidied] = await refine((resized) => run(network, resized, track, 2), ink);
    return { ink: simplified, tidied };
  },
};

const track = {
  start(count) {
    [this.done, this.all] = [0, count];
    postMessage({ progress: [0, count] });
  },
  step() {
    postMessage({ progress: [++this.done, this.all] });
  },
  /** Let messages in, and tell whether one of them was to cancel. */
  async cancelled() {
    await new Promise((go) => setTimeout(go));
    return this.id <= cancelled;
  },
};

/** Read a picture file: RGB, uint8, upright, in sRGB, over white where it is transparent. */
async function read(file) {
  const bitmap = await createImageBitmap(file);
  const { height, width } = bitmap;
  const result = makePicture(height, width, 3);
  const canvas = new OffscreenCanvas(width, Math.min(STRIP, height));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (let top = 0; top < height; top += STRIP) {
    context.fillStyle = "white";
    context.fillRect(0, 0, width, STRIP);
    context.drawImage(bitmap, 0, -top);
    const rows = Math.min(STRIP, height - top);
    const { data } = context.getImageData(0, 0, width, rows);
    for (let from = 0, to = top * width * 3; from < data.length; from += 4, to += 3) {
      result.data[to] = data[from];
      result.data[to + 1] = data[from + 1];
      result.data[to + 2] = data[from + 2];
    }
  }
  bitmap.close();
  return result;
}

let turn = Promise.resolve(); // one order at a time

self.addEventListener("message", ({ data }) => {
  const { id, order } = data;
  if (order === "cancel") {
    cancelled = id;
    return;
  }
  turn = turn.then(async () => {
    try {
      postMessage({ id, ...(await orders[order](data)) });
    } catch (error) {
      postMessage({ id, error: error instanceof Cancelled ? "cancelled" : String(error?.message ?? error) });
    }
  });
});
