// The worker behind the pages: registered, told once a start who is here, quietly renewed. Without one nothing is missing
// but what it adds.
const workers = navigator.serviceWorker;

if (workers && nod.person) workers.register("/sw.js", { updateViaCache: "none" }).then(begin, () => {});

async function begin(registration) {
  nod.registration = registration;
  offer(registration);
  const { active } = await workers.ready;
  const told = { person: nod.person, lang: document.documentElement.lang, key: document.body.dataset.pushKey || "", installed: nod.installed(), news: nod.word("news"), open: nod.word("open") };
  const said = JSON.stringify(told);
  if (sessionStorage["nod:here"] === said || document.body.dataset.stored) return;
  sessionStorage["nod:here"] = said;
  active.postMessage({ do: "start", ...told });
  document.dispatchEvent(new Event("nod:start"));
}

nod.installed = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

// A new release waits for the next start; More says so, and can do it at once.
function offer(registration) {
  const row = document.querySelector("[data-update]");
  if (!row) return;
  const show = () => { row.hidden = !registration.waiting; };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", show));
  row.onclick = () => {
    workers.oncontrollerchange = () => location.reload();
    registration.waiting?.postMessage({ do: "skip" });
  };
  show();
  registration.update().catch(() => {});
}
