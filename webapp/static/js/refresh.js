// Refresh on return, not on a timer: regions with hx-trigger="refresh from:body" ask again when the page is seen again.
const STALE = 5000;
let left = 0;

function refresh() {
  if (!document.querySelector("dialog[open]")) document.body.dispatchEvent(new Event("refresh"));
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) left = Date.now();
  else if (left && Date.now() - left > STALE) refresh();
});
addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
addEventListener("online", refresh);
