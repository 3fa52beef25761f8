// Starts the page; says so in words where that is impossible.
try {
  const { default: init } = await import("./dsnlens-web.js");
  await init({ module_or_path: new URL("dsnlens-web_bg.wasm", import.meta.url) });
} catch {
  document.getElementById("failure").hidden = false;
}
// No answer needs the rules' pages, so they come last, and the page says so where they do not.
globalThis.dsnlensRulePages = await import("./rules.js").then((it) => it.default, () => ({}));
