// One tap, one effect: a form with data-key gets its key at the tap; a second tap while it is under way does nothing.
// After 300 ms the button shows progress and keeps its size. Without an answer the same words keep the same key.
const waiting = new WeakMap();
const answered = new WeakMap();

function written(form, submitter) {
  const data = new FormData(form, submitter);
  data.delete("key");
  return JSON.stringify([...data], (name, value) => (value.size >= 0 ? [value.name, value.size] : value));
}

function give(form, submitter) {
  const words = written(form, submitter);
  const before = answered.get(form);
  const key = before && !before.came && before.words === words ? before.key : nod.key();
  answered.set(form, { key, words, came: false });
  const field = form.elements.key || form.appendChild(nod.make("input", { type: "hidden", name: "key" }));
  field.value = key;
}

const release = nod.release = (form, came) => {
  const timers = waiting.get(form);
  if (!timers) return;
  timers.forEach(clearTimeout);
  waiting.delete(form);
  form.ariaBusy = null;
  for (const field of form.elements) field.classList.remove("busy");
  if (answered.has(form)) answered.get(form).came = came;
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (waiting.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.hasAttribute("data-key")) give(form, event.submitter);
  form.ariaBusy = "true";
  const button = event.submitter;
  if (button?.classList.contains("yes")) {
    button.classList.add("nodding");
    navigator.vibrate?.(10);
  }
  waiting.set(form, [
    setTimeout(() => button?.classList.add("busy"), 300),
    setTimeout(() => release(form, false), 15000),
  ]);
}, true);

document.addEventListener("htmx:finally:request", (event) => {
  release(event.target, event.detail?.ctx?.response?.status < 500);
});
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((form) => release(form, true)));
