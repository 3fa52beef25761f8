// Finds rules by name, title and error text. Every word that is typed has to be there; letters that
// stand for a value in an error text ("…") match nothing.

const box = document.getElementById("search");
const items = [...document.querySelectorAll("#rules > li")];
const count = document.getElementById("count");

box.closest("p").hidden = false;
box.addEventListener("input", search);
// A link may say what to look for: rules/#refused.
box.value = decoded(location.hash.slice(1));
search();

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter((item) => {
    const fits = words.every((word) => item.dataset.words.includes(word));
    item.hidden = !fits;
    return fits;
  });
  count.textContent = found.length === 1 ? "1 rule" : `${found.length} rules`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
