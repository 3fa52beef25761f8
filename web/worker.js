// Gives the page where there is no network. It answers for the page's own address and the files of
// its build, and for nothing else, and sees nothing that is typed: the page sends nothing.
//
// A build is kept as a whole or not at all. Its version is in the addresses of its files, so a page
// gets the files that it was built with, wherever they come from.

// `cargo xtask build` puts the version and the files here, each with its hash.
const BUILD = null;

const FOLDER = new URL("./", location).href;
const OURS = `dsnlens ${FOLDER} `;
const CURRENT = OURS + BUILD?.version;

if (!BUILD || /^(localhost|127\..*|\[::1\])$/.test(location.hostname)) {
  // What this machine serves at this port may be another program tomorrow.
  addEventListener("activate", (event) => event.waitUntil(registration.unregister()));
} else {
  addEventListener("install", (event) => {
    skipWaiting();
    event.waitUntil(keep());
  });
  addEventListener("activate", (event) => event.waitUntil(tidy()));
  addEventListener("fetch", (event) => {
    const answer = answering(event.request);
    if (answer) event.respondWith(answer);
  });
}

const address = (name) => `${FOLDER}${name}?v=${BUILD.version}`;

// All of the build, as the host has it now; where anything is missing or another's, nothing.
async function keep() {
  const cache = await caches.open(CURRENT);
  try {
    const page = await fetch(FOLDER, { cache: "no-cache" });
    if (!page.ok || !(await page.clone().text()).includes(`?v=${BUILD.version}`)) throw new Error("another build");
    const files = Object.entries(BUILD.files);
    await cache.addAll(files.map(([name, integrity]) => new Request(address(name), { cache: "no-cache", integrity })));
    await cache.put(FOLDER, page);
  } catch (error) {
    await caches.delete(CURRENT);
    throw error;
  }
}

// The build before stays, for a page that was loaded from it.
async function tidy() {
  const names = (await caches.keys()).filter((it) => it.startsWith(OURS) && it !== CURRENT);
  await Promise.all(["dsnlens", ...names.slice(0, -1)].map((it) => caches.delete(it)));
  await clients.claim();
}

function answering(request) {
  if (request.method !== "GET") return null;
  const [path] = request.url.split(/[?#]/);
  if (request.mode === "navigate") {
    const isPage = path === FOLDER || path === `${FOLDER}index.html`;
    return isPage ? navigate(request) : null;
  }
  const isFile = path.startsWith(FOLDER) && Object.hasOwn(BUILD.files, path.slice(FOLDER.length));
  return isFile ? kept(request.url).then((it) => it ?? fetch(request)) : null;
}

// The page as the host has it now. What the browser remembers of it may be of a build that was never
// kept, and so without its files where there is no network.
function navigate(request) {
  return fetch(request, { cache: "no-cache" }).catch(async (error) => (await kept(FOLDER)) ?? Promise.reject(error));
}

// What is kept at an address, of this build before the one before.
async function kept(url) {
  const others = (await caches.keys()).filter((it) => it.startsWith(OURS) && it !== CURRENT);
  for (const name of [CURRENT, ...others.reverse()]) {
    const response = await (await caches.open(name)).match(url);
    if (response) return response;
  }
}
