// The page without network: which pages are here, how many, and when the latest of them was seen.
const list = document.getElementById("kept");

async function fill() {
  const pages = await caches.open(`nod-pages-${nod.person}`);
  const found = await Promise.all((await pages.keys()).map(async ({ url }) => (
    { url: new URL(url), at: (await pages.match(url)).headers.get("Nod-Stored") })));
  for (const row of list.querySelectorAll("[data-kept]")) {
    const mine = found.filter(({ url }) => new RegExp(row.dataset.kept).test(url.pathname));
    if (mine.length) show(row, mine);
  }
}

function show(row, mine) {
  const at = Math.max(...mine.map((each) => each.at));
  const note = row.querySelector("small");
  note.textContent = nod.fill(nod.old(at) ? list.dataset.old : list.dataset.seen, { time: nod.clock(at) });
  note.classList.toggle("flag", nod.old(at));
  row.querySelector(".num").textContent = mine.length > 1 ? mine.length : "";
  row.href = mine[0].url;
  list.hidden = row.hidden = false;
}

if (list && nod.person && globalThis.caches) fill();
// a moment later, so that a tap that led elsewhere meanwhile is not undone
if (list && location.pathname !== "/offline") addEventListener("online", () => setTimeout(() => navigator.onLine && location.reload(), 500));
