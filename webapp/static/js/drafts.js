// Words on this device, by person and form, so that a lost session, a closed tab or an empty battery lose nothing.
const PREFIX = `nod:${nod.person}:`;
const OLD = 14 * 24 * 3600 * 1000;

nod.drafts = {
  closed: false,
  get(id) {
    try { return JSON.parse(localStorage.getItem(PREFIX + id)); } catch { return null; }
  },
  put(id, data) {
    if (nod.drafts.closed) return false;
    try { localStorage.setItem(PREFIX + id, JSON.stringify({ at: Date.now(), data })); return true; } catch { return false; }
  },
  drop(id) { localStorage.removeItem(PREFIX + id); },
  // Everything of this person goes (sign-out), or only what is older than two weeks.
  clear(all = false) {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      const kept = nod.drafts.get(key.slice(PREFIX.length));
      if (all || !kept || Date.now() - kept.at > OLD) localStorage.removeItem(key);
    }
  },
};

if (nod.person) nod.drafts.clear();
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  nod.drafts.closed = true;
  nod.drafts.clear(true);
});
