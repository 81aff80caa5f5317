// Toasts: spoken when they come; gone with Close, with the next action, or after 20 s without pointer or focus on them.
const LIFE = 20000;

function live(toast) {
  toast.dataset.live = "";
  const wait = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? wait() : toast.remove()), LIFE);
  const said = [...toast.querySelector(".grow").children].map((part) => part.textContent);
  nod.say(said.join(". "), toast.classList.contains("bad"));
  wait();
}

const { make } = nod;

// Shown by scripts: words as text, perhaps a button. `tone`: calm, warn or bad.
nod.toast = ({ text, detail = "", tone = "calm", button = "" }) => {
  const toast = make("div", { className: `toast new ${tone}` });
  const words = make("div", { className: "grow" });
  const close = make("button", { type: "button", className: "btn sm", textContent: nod.word("dismiss") });
  toast.dataset.toast = close.dataset.dismiss = "";
  words.append(make("b", { textContent: text }));
  if (detail) words.append(make("span", { textContent: detail }));
  toast.append(words, button, close);
  document.getElementById("toasts")?.replaceChildren(toast);
  greet();
};

const greet = () => document.querySelectorAll("[data-toast]:not([data-live])").forEach(live);
document.addEventListener("htmx:after:swap", greet);
greet();

document.addEventListener("submit", ({ target }) => {
  const region = document.getElementById("toasts");
  if (!region?.contains(target)) region?.replaceChildren();
});
document.addEventListener("click", ({ target }) => {
  target.closest?.("[data-dismiss]")?.closest("[data-toast]")?.remove();
});
