// The page: takes a picture, asks worker.js for the work, shows before and after, and saves.

const MOST_PIXELS = 64e6; // of a picture; the largest that any part of the work holds in memory
const MOST_SHOWN = 16e6; // pixels of the canvas; larger results are shown smaller, and saved in full
const STRIP = 256; // rows painted at a time
const STRONGEST = 20; // times that the odds of ink are multiplied, at most
const NAMES = { lines: "lines", sketch: "sketch", refine: "refined" }; // of saved files
const WHAT = { lines: "Lines", sketch: "Sketch", refine: "Refined drawing" };

const parts = Object.fromEntries([...document.querySelectorAll("[id]")].map((part) => [part.id, part]));
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const waiting = new Map(); // orders that the worker has not answered, by number
let orders = 0;
let name = ""; // of the picture, without its ending
let current = 0; // counts pictures and tasks: what belongs to an older one is not shown
let ready = false; // there is a result
let drawing = null; // as it was painted last

worker.addEventListener("message", ({ data: { id, progress, ...result } }) => {
  if (progress) return showProgress(...progress);
  waiting.get(id)(result);
  waiting.delete(id);
});
worker.addEventListener("error", (event) => {
  complain(`The page could not go on: ${event.message || "a file of it is missing"}. Load it again.`);
});

/** Ask the worker for something; resolves to its answer. */
function ask(order, given = {}) {
  worker.postMessage({ id: ++orders, order, ...given });
  return new Promise((answer) => waiting.set(orders, answer));
}

function tell(text) {
  parts.status.textContent = text;
  parts.status.classList.remove("wrong");
}

function complain(text) {
  tell(text);
  parts.status.classList.add("wrong");
  setBusy(false);
}

function setBusy(busy) {
  parts.progress.hidden = parts.cancel.hidden = !busy;
  parts.progress.removeAttribute("value");
  parts.save.disabled = busy || !ready;
}

function showProgress(done, all) {
  if (parts.cancel.hidden) return;
  parts.progress.max = all;
  parts.progress.value = done;
  tell(all > 1 ? `Working: tile ${Math.min(done + 1, all)} of ${all}.` : "Working.");
}

function hideResult() {
  ready = false;
  parts.after.hidden = parts.divider.hidden = parts.split.hidden = true;
  setBusy(false);
}

/** Show a picture, and do the chosen task; a file that is none gets a sentence. */
async function take(file) {
  const mine = ++current;
  cancel();
  const said = file.name || "The pasted picture";
  const url = URL.createObjectURL(file);
  const size = await measure(url);
  if (mine !== current) return URL.revokeObjectURL(url);
  const pixels = size.height * size.width;
  if (!pixels || pixels > MOST_PIXELS) {
    URL.revokeObjectURL(url);
    complain(
      pixels
        ? `${said} has ${Math.round(pixels / 1e6)} megapixels: this page takes up to ${MOST_PIXELS / 1e6}, predict.py takes more.`
        : `${said} is no picture that this browser can read: expected a PNG, JPEG, WebP, AVIF, GIF or BMP file.`,
    );
    return;
  }
  hideResult();
  URL.revokeObjectURL(parts.before.src);
  parts.before.src = url;
  parts.hint.hidden = true;
  parts.views.hidden = false;
  parts.stage.classList.add("filled");
  name = "";
  setBusy(true);
  tell(`Reading ${said}.`);
  const { error } = await ask("open", { file });
  if (!error) name = (file.name || "pasted").replace(/\.[^.]*$/, "");
  if (mine !== current) return;
  if (error) return complain(`${said} could not be read: ${error}.`);
  await find();
}

/** Resolve to {height, width} of the picture at a URL; 0 if it is none. */
function measure(url) {
  return new Promise((answer) => {
    const image = new Image();
    image.addEventListener("load", () => answer({ height: image.naturalHeight, width: image.naturalWidth }));
    image.addEventListener("error", () => answer({ height: 0, width: 0 }));
    image.src = url;
  });
}

const chosen = () => parts.tools.elements.task.value;

/** Do the chosen task on the picture. */
async function find() {
  const mine = ++current;
  const task = chosen();
  hideResult();
  setBusy(true);
  tell("Loading the network.");
  const start = performance.now();
  const { error, reason, gpu, threads } = await ask("find", { task });
  if (mine !== current) return;
  if (error) return complain(`This did not work: ${error}.`);
  if (reason) return complain(reason);
  ready = true;
  await finish();
  if (mine !== current) return;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  setBusy(false);
  const engine = gpu ? "on the GPU" : `by WebAssembly on ${threads} ${threads === 1 ? "thread" : "threads"}`;
  tell(`${WHAT[task]}: ${drawing.width} × ${drawing.height} in ${seconds} s, ${engine}.`);
  parts.stage.dataset.done = current; // for whoever drives the page
}

let finishing = null; // the finishing under way
let again = false; // options have changed since

/** Apply strength, width and simplify, and paint; of changes that come meanwhile only the last one counts. */
async function finish() {
  showOptions();
  if (!ready) return;
  again = true;
  finishing ??= (async () => {
    while (again && ready) {
      again = false;
      const options = {
        strength: chosen() === "lines" ? strength() : 1,
        width: parts.width.valueAsNumber,
        simplicity: parts.simplify.valueAsNumber,
      };
      const answer = await ask("finish", options);
      if (answer.drawing && ready) paint((drawing = answer.drawing));
    }
    finishing = null;
  })();
  await finishing;
}

const strength = () => STRONGEST ** parts.strength.valueAsNumber;

function showOptions() {
  parts["strength-shown"].value = strength().toPrecision(2);
  parts["width-shown"].value = `${parts.width.valueAsNumber > 0 ? "+" : ""}${parts.width.value} px`;
  parts.strength.disabled = chosen() !== "lines"; // predict.py has it for lines only
  parts.width.disabled = chosen() === "sketch";
  parts["simplify-shown"].value = parts.simplify.value;
  parts.simplify.disabled = chosen() !== "refine";
}

/** Paint ink on the canvas, a strip at a time; very large drawings at a part of their size. */
function paint({ height, width, data }) {
  const step = Math.ceil(Math.sqrt((height * width) / MOST_SHOWN));
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const clear = parts.transparent.checked;
  const { after } = parts;
  if (after.width !== columns || after.height !== rows) [after.width, after.height] = [columns, rows];
  after.classList.toggle("clear", clear);
  const context = after.getContext("2d");
  for (let top = 0; top < rows; top += STRIP) {
    const strip = context.createImageData(columns, Math.min(STRIP, rows - top));
    const pixels = new Uint32Array(strip.data.buffer); // ABGR, as every browser's processor stores it
    for (let y = 0, to = 0; y < strip.height; y++) {
      for (let from = (top + y) * step * width, x = 0; x < columns; x++, to++, from += step) {
        const ink = data[from];
        pixels[to] = clear ? ink << 24 : 0xff000000 | ((255 - ink) * 0x010101);
      }
    }
    context.putImageData(strip, 0, top);
  }
  after.hidden = parts.divider.hidden = parts.split.hidden = false;
}

async function save() {
  if (parts.save.disabled) return;
  await finishing;
  const { file, error } = await ask("save", { transparent: parts.transparent.checked });
  if (error) return complain(`The file could not be made: ${error}.`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${name}.${NAMES[chosen()]}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Cancel all that the worker was asked for so far. */
function cancel() {
  worker.postMessage({ id: orders, order: "cancel" });
}

function stop() {
  if (parts.cancel.hidden) return;
  cancel();
  current++; // so that the answers are not shown
  setBusy(false);
  tell("Cancelled.");
}

/** Take the first file of a list; without any, say what was expected. */
function takeFirst(files) {
  if (files.length) take(files[0]);
  else complain("There is no picture in that: open, drop or paste a picture file.");
}

parts.open.addEventListener("click", () => parts.file.click());
parts.file.addEventListener("change", () => {
  if (parts.file.files.length) take(parts.file.files[0]);
  parts.file.value = ""; // so that the same file can be opened again
});
parts.save.addEventListener("click", save);
parts.cancel.addEventListener("click", stop);
parts.tools.addEventListener("submit", (event) => event.preventDefault());
for (const part of [parts.strength, parts.width, parts.simplify]) part.addEventListener("input", finish);
parts.transparent.addEventListener("change", () => ready && paint(drawing));
parts.tasks.addEventListener("change", () => {
  showOptions();
  if (chosen() === "sketch") parts.width.value = 0;
  if (name) {
    cancel();
    find();
  }
});
parts.split.addEventListener("input", () => parts.views.style.setProperty("--split", `${parts.split.value}%`));
document.addEventListener("paste", (event) => takeFirst(event.clipboardData.files));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  parts.stage.classList.add("over");
});
document.addEventListener("dragleave", () => parts.stage.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  parts.stage.classList.remove("over");
  takeFirst(event.dataTransfer.files);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = { o: () => parts.file.click(), s: save, escape: stop }[event.key.toLowerCase()];
  if (action) action();
});

showOptions();
const { error } = await ask("start", { engine: new URLSearchParams(location.search).get("engine") ?? "auto" });
if (error) complain(`The page could not start: ${error}.`);
