// `dsnlens serve` answers a live check, and is there whenever the page is.
const isServed = document.querySelector('meta[name="dsnlens-token"]') !== null;
document.documentElement.toggleAttribute("data-served", isServed);

// The files of a build have its version in their addresses, so that two builds are never mixed.
const version = new URL(import.meta.url).search;
const own = (name) => new URL(name + version, import.meta.url);

// Starts the page, and says so in words where that is impossible.
const failure = document.getElementById("failure");
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) failure.hidden = false;
});
try {
  const { default: init } = await import(own("dsnlens-web.js"));
  await init({ module_or_path: own("dsnlens-web_bg.wasm") });
} catch {
  failure.hidden = false;
}
// The first answer needs neither the second module nor the rules' pages, so they come last, and the
// page says so where they do not. It is sealed before, but for these files, so that nothing keeps it
// open that does not come.
const [second, secondModule, pages] = ["dsnlens-more.js", "dsnlens-more_bg.wasm", "rules.js"].map(own);
keep().catch(() => {});
const bare = (url) => url.href.split("?")[0].replace(/[;,]/g, encodeURIComponent);
if (!isServed) seal(`'wasm-unsafe-eval' ${bare(second)} ${bare(pages)}`, bare(secondModule));
await Promise.all([
  startSecond().then(
    tellSecond,
    () => tellSecond(null),
  ),
  import(pages).then(
    (it) => (globalThis.dsnlensRulePages = it.default),
    () => (globalThis.dsnlensRulePages = {}),
  ),
]);
if (!isServed) seal("'none'", "'none'");
document.documentElement.dataset.loaded = "";

function tellSecond(ask) {
  globalThis.dsnlensSecond = ask;
  dispatchEvent(new Event("dsnlensSecond"));
}

// It reads what is pasted, explains error messages and writes exports.
async function startSecond() {
  const { default: init, ask } = await import(second);
  await init({ module_or_path: secondModule });
  return ask;
}

// Keeps the page's own files for when there is no network; browsers let only HTTPS do so. An
// address of this machine alone is another program's tomorrow, so nothing is kept there.
async function keep() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const folder = new URL("./", import.meta.url).href;
  if (isServed || /^(localhost|127\..*|\[::1\])$/.test(location.hostname)) {
    const registration = await workers.getRegistration(folder);
    if (registration?.scope !== folder) return;
    await registration.unregister();
    const names = (await caches.keys()).filter((it) => it === "dsnlens" || it.startsWith(`dsnlens ${folder} `));
    await Promise.all(names.map((it) => caches.delete(it)));
    return;
  }
  await workers.register(new URL("worker.js", import.meta.url));
  await workers.ready;
  document.documentElement.dataset.kept = "";
}

// From here on the browser refuses what a script could load, send, embed or submit. No policy of a
// page refuses to leave it for another address, in this tab or a new one, or WebRTC.
function seal(scripts, connections) {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `default-src 'none'; script-src ${scripts}; connect-src ${connections}; worker-src 'none'; img-src data:; form-action 'none'`;
  document.head.append(policy);
  document.documentElement.dataset.sealed = "";
}
