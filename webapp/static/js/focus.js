// Where the focus goes after a part of the page was replaced, and what is said about it.
// data-focus: wants the focus when it appears (errors, the heading of the next card). data-announce: is said.
function settle() {
  const wanted = document.querySelector("[data-focus]");
  if (wanted) {
    wanted.removeAttribute("data-focus");
    wanted.focus();
  } else if (lost && document.activeElement === document.body) {
    document.querySelector("main :is(h1, h2)[tabindex], h1[tabindex]")?.focus({ preventScroll: true });
  }
  document.querySelectorAll("[data-announce]").forEach((part) => {
    nod.say(part.dataset.announce);
    part.removeAttribute("data-announce");
  });
  lost = false;
}

let lost = false;
document.addEventListener("htmx:before:swap", () => { lost = document.activeElement !== document.body; });
document.addEventListener("htmx:after:swap", settle);
settle();
