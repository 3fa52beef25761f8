// The rules' pages need no WebAssembly; a bundler leaves them out where nobody asks for one.
import pages from "./pages.js";

export function rules() {
  return pages.map(({ name, title, severities }) => ({ name, title, severities: [...severities] }));
}

export function explain(rule) {
  const page = pages.find(({ name }) => name === rule);
  if (page === undefined) {
    throw new TypeError("dsnlens: rule must be the name of a rule, as rules() lists them");
  }
  const { name, title, markdown } = page;
  return { name, title, markdown };
}
