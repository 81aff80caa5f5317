// What waits in the outbox, wherever it matters: the chip beside the heading, rows of the queue, the card itself; and
// the way on to the next card that is stored here.
const { about: post, make } = nod;
const number = (n) => n.toLocaleString(document.documentElement.lang);
const done = (verdict) => nod.word(`wait_${verdict}`) || nod.word("wait_other");

function chip(n) {
  const heading = document.querySelector("header.top .wrap > h1");
  const old = document.getElementById("connection");
  const away = !navigator.onLine;
  const since = away ? sessionStorage["nod:away"] ||= Date.now() : delete sessionStorage["nod:away"];
  old?.remove();
  const textContent = n ? nod.word(away ? "offline_queued" : "queued_n", { n: number(n) }) : away && nod.word("away", { time: nod.clock(+since) });
  if (textContent) heading?.after(make("a", { id: "connection", className: "chip", href: "/outbox", textContent }));
}

function mark(decided) {
  for (const row of document.querySelectorAll("a.q[href*='/approval']")) {
    const place = row.querySelector(".qt");
    const old = place.querySelector(".queued");
    if (!decided.has(post(row.href))) old?.remove();
    else if (!old) place.append(make("span", { className: "st queued", textContent: nod.word("queued") }));
  }
}

// The card of a post that is decided and not sent: what was said, and the way back.
function pledge(decided) {
  const dock = document.getElementById("dock");
  const choice = dock?.querySelector(".decide");
  const [row, item] = decided.get(post(dock?.action || "")) || [];
  const old = dock?.querySelector(".pledge");
  if (!row || !choice) {
    old?.remove();
    if (choice) choice.hidden = false;
  } else if (!old) {
    const box = make("div", { className: "pledge row" });
    box.append(make("b", { className: "grow", textContent: `${done(item.verdict)}. ${nod.word("sends")}` }), undo(row));
    choice.before(box);
    choice.hidden = true;
  }
}

function undo(row, after) {
  return make("button", { type: "button", className: "btn sm quiet", textContent: nod.word("undo"), async onclick() {
    if (await outbox.remove(row.id)) after?.();
    else nod.toast({ text: nod.word("leaving") });
  } });
}

async function show() {
  const found = await outbox.list().catch(() => []);
  const decided = new Map(found.filter(([row, item]) => item.kind === "decision" && outbox.waits(row))
    .map((pair) => [pair[1].post, pair]));
  chip(found.filter(([row]) => outbox.waits(row)).length);
  for (const count of document.querySelectorAll("[data-outbox-count]")) {
    count.textContent = number(found.length);
    (count.closest("[data-outbox-summary]") || count).hidden = !found.length;
  }
  mark(decided);
  pledge(decided);
}

// The first card of the run that is stored here and not decided yet.
async function onward() {
  if (!navigator.serviceWorker?.controller) return null;
  const said = new Set((await outbox.list(true)).filter(([, item]) => item.kind === "decision").map(([, item]) => item.post));
  const pages = await caches.open(`nod-pages-${nod.person}`);
  for (const url of JSON.parse(sessionStorage["nod:run"] || "[]")) {
    if (!said.has(post(url)) && await pages.match(url)) return url;
  }
  return null;
}

document.addEventListener("nod:queued", async ({ target, detail }) => {
  target.closest("dialog")?.close();
  const said = { text: done(detail.verdict), detail: nod.word("sends") };
  const next = detail.kind === "decision" && await onward();
  if (next) {
    sessionStorage["nod:said"] = JSON.stringify({ ...said, id: detail.id, page: detail.page });
    location.assign(next);
  } else nod.toast(said);
  if (detail.kind !== "decision") target.elements.text.value = "";
});

// On the next card: what was said about the last one, with its undo.
function said() {
  const { id, page, ...toast } = JSON.parse(sessionStorage["nod:said"] || "{}");
  delete sessionStorage["nod:said"];
  if (id) nod.toast({ ...toast, button: undo({ id }, () => location.assign(page)) });
}

// What was sent later, by whichever page or worker, changes what this page shows.
function arrived({ detail }) {
  const { state, kind, post: about, late } = detail;
  if (/conflict|refused/.test(state) && late) {
    nod.toast({ text: nod.word("look"), tone: "warn", button: make("a", { className: "btn sm", href: "/outbox", textContent: nod.word("outbox") }) });
  }
  if (state !== "done" || !late || kind === "draft") return;
  if (document.querySelector(".pledge") && about === post(document.getElementById("dock")?.action || "")) location.reload();
  else document.body.dispatchEvent(new Event("refresh"));
}

// The next ten cards or conversations are stored while the network is there; on a metered one only if that was agreed to (data-ahead).
function warm() {
  const links = [...document.querySelectorAll("#rows a.q")].slice(0, 10).map(({ href }) => href.split("#")[0]);
  if (!links[0]) return;
  if (post(links[0])) sessionStorage["nod:run"] = JSON.stringify(links);
  const { ahead } = document.getElementById("rows").dataset;
  if (!ahead || !navigator.onLine || (navigator.connection?.type === "cellular" && ahead !== "agreed")) return;
  navigator.serviceWorker?.ready.then((worker) => worker.active.postMessage({ do: "warm", urls: ["/outbox", location.href, ...links] }));
}

nod.device.then(() => {
  show();
  said();
  warm();
  for (const kind of ["outbox", "online", "offline"]) addEventListener(kind, show);
  document.addEventListener("htmx:after:swap", show);
  addEventListener("outbox", arrived);
}, () => {});
