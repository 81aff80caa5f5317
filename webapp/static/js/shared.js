// What another app shared, kept by the worker (worker/share.js): its words go into the composer's first field, its
// pictures follow once the draft exists. Anything older than ten minutes was somebody's change of mind.
const SHARED = "nod-shared";
const FRESH = 6e5;
const form = document.querySelector("form[data-draft=post-new]");
const into = document.querySelector("nod-upload");

async function take() {
  const shared = await caches.open(SHARED);
  const words = await shared.match("/shared/words");
  if (!words || Date.now() - words.headers.get("Nod-Stored") > FRESH) return;
  const field = form.elements.namedItem("text");
  field.value = await words.text();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if ((await shared.keys()).length > 1) form.querySelector("[data-shared]").hidden = false;
  form.addEventListener("submit", () => sessionStorage[SHARED] = "1");
}

async function bring() {
  delete sessionStorage[SHARED];
  const shared = await caches.open(SHARED), files = [];
  for (const request of await shared.keys()) {
    const kept = await shared.match(request), name = kept.headers.get("Nod-Name");
    if (name) files.push(new File([await kept.blob()], decodeURIComponent(name), { type: kept.headers.get("Content-Type") }));
  }
  await caches.delete(SHARED);
  await into.all(files);
}

if (globalThis.caches && form && new URLSearchParams(location.search).has("shared")) take();
else if (globalThis.caches && into && sessionStorage[SHARED]) bring();
