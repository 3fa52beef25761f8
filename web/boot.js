// `dsnlens serve` answers a live check, and is there whenever the page is.
const isServed = document.querySelector('meta[name="dsnlens-token"]') !== null;
document.documentElement.toggleAttribute("data-served", isServed);

// Starts the page, and says so in words where that is impossible.
const failure = document.getElementById("failure");
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) failure.hidden = false;
});
try {
  const { default: init } = await import("./dsnlens-web.js");
  await init({ module_or_path: new URL("dsnlens-web_bg.wasm", import.meta.url) });
} catch {
  failure.hidden = false;
}
// No answer needs the rules' pages, so they come last, and the page says so where they do not.
globalThis.dsnlensRulePages = await import("./rules.js").then((it) => it.default, () => ({}));

if (!isServed) {
  await keep().catch(() => {});
  seal();
}
document.documentElement.dataset.loaded = "";

// Keeps the page's own files for when there is no network; browsers let only HTTPS do so.
async function keep() {
  if (!navigator.serviceWorker) return;
  const files = performance.getEntriesByType("resource").map((it) => it.name);
  const names = new Set([new URL("./", location).href, ...files]);
  const cache = await caches.open("dsnlens");
  await cache.addAll([...names].map((it) => new Request(it, { cache: "force-cache" })));
  await navigator.serviceWorker.register(new URL("worker.js", import.meta.url));
  await navigator.serviceWorker.ready;
  document.documentElement.dataset.kept = "";
}

// Everything is here: from now on the browser refuses every request that a script could make.
function seal() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "default-src 'none'; connect-src 'none'; img-src data:; form-action 'none'";
  document.head.append(policy);
}
