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
// No answer needs the rules' pages, so they come last, and the page says so where they do not. The
// page is sealed before, but for this one file, so that nothing keeps it open that does not come.
const pages = own("rules.js");
keep().catch(() => {});
if (!isServed) seal(pages.href.split("?")[0].replace(/[;,]/g, encodeURIComponent));
globalThis.dsnlensRulePages = await import(pages).then((it) => it.default, () => ({}));
if (!isServed) seal("'none'");
document.documentElement.dataset.loaded = "";

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
function seal(scripts) {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = `default-src 'none'; script-src ${scripts}; worker-src 'none'; img-src data:; form-action 'none'`;
  document.head.append(policy);
  document.documentElement.dataset.sealed = "";
}
