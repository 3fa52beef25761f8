// Every way in which a script can make a browser ask for something: each is given an address of
// its own. Those that tell how it went give a promise.
const settled = (target, good, bad = "error") =>
  new Promise((done, fail) => {
    target.addEventListener(good, done);
    target.addEventListener(bad, fail);
  });

const element = (name, attributes) =>
  document.head.append(Object.assign(document.createElement(name), attributes));

const ways = {
  fetch: (to) => fetch(to),
  xhr: (to) => {
    const request = new XMLHttpRequest();
    const outcome = settled(request, "load");
    request.open("POST", to);
    request.send("x");
    return outcome;
  },
  websocket: (to) => settled(new WebSocket(to.replace("http", "ws")), "open"),
  eventsource: (to) => settled(new EventSource(to), "open"),
  worker: (to) => settled(new Worker(`${to}.js`), "message"),
  import: (to) => import(`${to}.js`),
  beacon: (to) => navigator.sendBeacon(to, "x"),
  image: (to) => element("img", { src: to }),
  script: (to) => element("script", { src: to }),
  stylesheet: (to) => element("link", { rel: "stylesheet", href: to }),
  preload: (to) => element("link", { rel: "preload", as: "fetch", href: to }),
  prefetch: (to) => element("link", { rel: "prefetch", href: to }),
  manifest: (to) => element("link", { rel: "manifest", href: to }),
  frame: (to) => element("iframe", { src: to }),
  object: (to) => element("object", { data: to }),
  video: (to) => element("video", { src: to }),
  form: (to) => {
    element("form", { action: to });
    document.querySelector("form[action*=way-out]").submit();
  },
  sharedworker: (to) => settled(new SharedWorker(`${to}.js`), "message"),
  serviceworker: (to) => navigator.serviceWorker.register(`${to}.js`),
  worklet: (to) => new AudioContext().audioWorklet.addModule(`${to}.js`),
  font: (to) => new FontFace("way-out", `url(${to})`).load(),
  embed: (to) => element("embed", { src: to }),
  track: (to) => element("track", { src: to }),
  ping: (to) => {
    const link = Object.assign(document.createElement("a"), { href: "#way-out", ping: to });
    document.body.append(link);
    link.click();
  },
  sheet: (to) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`body { background-image: url(${to}) }`);
    document.adoptedStyleSheets.push(sheet);
  },
  framedFetch: (to) => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    return frame.contentWindow.fetch(to);
  },
};
