// Onto the home screen, then onto the lock screen: asked for after a decision (the server puts [data-ask] into the page),
// in the platform's own way. "Not now" rests for 30 days on this device.
const REST = 2592e6; // 30 days
const RESTED = "nod:rested";
const page = document.querySelector("[data-install]");
const card = document.querySelector("[data-ask]");
let prompt;

async function settle() {
  const state = await nod.push.show();
  if (card) card.hidden = Date.now() - localStorage[RESTED] < REST || !(prompt || state === "off" || state === "install");
  if (page) steps(state);
}

// Which steps are this device's, which are done, and the one button for what comes next.
function steps(state) {
  const kind = nod.installed() ? "installed" : nod.ios ? "ios" : page.dataset.install;
  for (const part of document.querySelectorAll("[data-for]")) part.hidden = !part.matches(`[data-for~=${kind}]`);
  document.querySelector("[data-install-now]").hidden = !prompt;
  document.querySelectorAll("[data-push-on]").forEach((button) => { button.hidden ||= !!prompt; });
  page.querySelector("[data-step=push]")?.classList.toggle("done", state === "on");
}

async function install() {
  prompt.prompt();
  const { outcome } = await prompt.userChoice;
  prompt = null;
  if (outcome === "accepted") document.querySelector("[data-step=install]")?.classList.add("done");
  settle();
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
  settle();
});
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-install-now]")) install();
  if (target.closest?.("[data-rest]")) {
    localStorage[RESTED] = Date.now();
    if (card) card.hidden = true;
  }
});
document.addEventListener("nod:push", settle);
if (nod.person) settle();
