// Runs the networks: by ONNX Runtime Web, on the GPU where WebGPU finds one, else by WebAssembly on the processor.

const MOST_THREADS = 8;

let runtime; // the engine, once it is chosen
const loaded = new Map(); // networks by their names

/**
 * Choose the engine, once.
 *
 * @param wanted "auto", "webgpu" (also a GPU that is imitated by the processor) or "wasm".
 * @returns a promise of {ort, gpu, threads, names}: the runtime, whether it uses the GPU, threads on the processor, and
 *   what web/build.py wrote about each network.
 */
export function start(wanted = "auto") {
  runtime ??= load(wanted);
  return runtime;
}

async function load(wanted) {
  const gpu = wanted !== "wasm" && (await hasGpu(wanted === "webgpu"));
  const [ort, response] = await Promise.all([
    import(gpu ? "./ort/ort.webgpu.min.mjs" : "./ort/ort.wasm.min.mjs"),
    fetch(new URL("./models/networks.json", import.meta.url)),
  ]);
  const threads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS) : 1;
  ort.env.wasm.wasmPaths = new URL("./ort/", import.meta.url).href;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  return { ort, gpu, threads, names: await response.json() };
}

async function hasGpu(imitated) {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  return Boolean(adapter && (imitated || !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter)));
}

/**
 * Load a network, once.
 *
 * @param name "lines", "refine" or "sketch".
 * @returns a promise of {channels, margin, stride, run}, see tiling.js.
 */
export async function open(name) {
  const { ort, gpu, names } = await start();
  if (!loaded.has(name)) {
    const url = new URL(`./models/${name}.onnx.gz`, import.meta.url);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
    const file = await unpack(await response.arrayBuffer());
    loaded.set(name, { ...names[name], run: await makeRun(ort, file, gpu) });
  }
  return loaded.get(name);
}

/** Unpack a file that is compressed by gzip; some servers have told the browser to do that already. */
export async function unpack(buffer) {
  const file = new Uint8Array(buffer);
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  const stream = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Make a network's `run`; what the GPU cannot do, the processor does from then on. */
async function makeRun(ort, file, gpu) {
  const make = (provider) => ort.InferenceSession.create(file, { executionProviders: [provider] });
  const leaveGpu = async () => {
    (await runtime).gpu = gpu = false;
    return make("wasm");
  };
  let session = gpu ? await make("webgpu").catch(leaveGpu) : await make("wasm");
  return async function run(tile, height, width) {
    const given = new ort.Tensor("float32", tile, [1, tile.length / (height * width), height, width]);
    try {
      const { found } = await session.run({ given });
      const map = await found.getData();
      found.dispose();
      return map;
    } catch (error) {
      if (!gpu) throw error;
      session = await leaveGpu();
      return run(tile, height, width);
    }
  };
}
