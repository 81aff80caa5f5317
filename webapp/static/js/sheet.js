// data-sheet="<id>" opens that dialog instead of following its link. A data-insert button puts its words where the cursor
// is in the text of its form, and notes whose words they are; nothing is replaced but the "/" that opened the dialog.
const SLASH = /(^|\s)\/$/;
const before = ({ value, selectionStart }) => value.slice(0, selectionStart);

document.addEventListener("click", (event) => {
  const { target } = event;
  const sheet = document.getElementById(target.closest?.("[data-sheet]")?.dataset.sheet);
  if (sheet) {
    event.preventDefault();
    sheet.showModal();
  }
  const words = target.closest?.("[data-insert]");
  if (words) insert(words, words.form.elements);
  // a menu closes when something in it was chosen
  target.closest?.("a, button")?.closest("[popover].menu")?.hidePopover();
});

function insert(words, { text, canned }) {
  const typed = before(text);
  words.closest("dialog").close();
  canned.value += ` ${words.value}`;
  text.setRangeText(words.querySelector(".p").textContent, typed.length - SLASH.test(typed), typed.length, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

// Words that are selected go along to the page where a place is pointed at (data-point).
document.addEventListener("pointerdown", ({ target }) => {
  const link = target.closest?.("[data-point]");
  if (link) link.search = `${link.search.split("&quote=")[0]}&quote=${encodeURIComponent(getSelection())}`;
});

// data-slash="<id>": a "/" that begins a word opens that dialog.
document.addEventListener("input", ({ target, data }) => {
  if (data === "/" && SLASH.test(before(target))) document.getElementById(target.dataset.slash)?.showModal();
});
