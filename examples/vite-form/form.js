// Validates a DATABASE_URL as it is typed: the browser holds the form back while there is an error.
import init, { resolve } from "dsnlens";

const form = document.querySelector("form");
const field = form.elements.url;
const verdict = form.querySelector("output");
const list = document.querySelector("#findings");

function validate() {
  const { diagnostics, ssl } = resolve({ env: { DATABASE_URL: field.value }, debug: false });
  const error = diagnostics.find(({ severity }) => severity === "error");
  field.setCustomValidity(error?.message ?? "");
  verdict.value = error ? "Django will not connect" : `sslmode ${ssl?.mode ?? "unknown"}`;
  list.replaceChildren(
    ...diagnostics.map(({ rule, severity, message }) => {
      const item = document.createElement("li");
      item.dataset.rule = rule;
      item.textContent = `${severity}: ${message}`;
      return item;
    }),
  );
}

// Not `await`: what Vite builds for by default has no await outside of functions.
init().then(() => {
  field.addEventListener("input", validate);
  validate();
});
