// The page of the outbox: what needs a look first, then what waits, then what was sent today.
const place = document.getElementById("outbox");
const words = JSON.parse(place?.dataset.words || "{}");
const language = document.documentElement.lang;
const UNITS = [["day", 864e5], ["hour", 36e5], ["minute", 6e4]];
const NEAR = 3e5;

// "5 minutes ago", "in 2 hours".
function distance(at) {
  const left = at - Date.now();
  const [unit, size] = UNITS.find(([, each]) => Math.abs(left) >= each) || UNITS[2];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.trunc(left / size), unit);
}

const kind = (item) => (item.kind === "decision" ? item.verdict : item.kind);
const title = (item) => nod.fill(words[kind(item)], { what: item.title || "" });

function note(row, item) {
  if (outbox.waits(row)) {
    const when = item.until ? distance(Date.parse(item.until) - NEAR) : "";
    return nod.fill(when ? words.waits : words.written, { ago: distance(row.at), when });
  }
  if (!item.answer) return words.late;
  const page = new DOMParser().parseFromString(item.answer, "text/html");
  const found = page.querySelector("[data-summary]")?.dataset.summary || page.querySelector(".turn b")?.textContent;
  const { text, detail } = nod.problem(item.answer);
  return found || `${text}. ${detail}`;
}

const acts = {
  show: (row, item) => nod.show(item.answer),
  send: () => outbox.drain(true),
  open: (row, item) => location.assign(item.page),
  undo: ({ id }) => outbox.remove(id),
  drop: ({ id }) => outbox.remove(id),
  // The words go back to where they were typed.
  async edit(row, item) {
    if (!await outbox.remove(row.id)) return nod.toast({ text: words.left });
    const typed = [...new URLSearchParams(item.body)].filter(([name]) => !/^(_token|key|tapped_at)$/.test(name));
    await nod.drafts.put(item.draft, typed);
    location.assign(item.page);
  },
};

function offered(row, item) {
  if (row.state === "conflict") return ["show", "drop"];
  if (row.state === "refused") return ["open", "drop"];
  return item.draft ? ["send", "edit", "drop"] : ["send", "undo"];
}

function draw([row, item]) {
  const box = document.getElementById("outbox-row").content.cloneNode(true).firstChild;
  const offers = offered(row, item);
  box.classList.toggle("alarm", !outbox.waits(row));
  for (const tile of box.querySelectorAll("[data-for]")) if (tile.dataset.for !== kind(item)) tile.remove();
  for (const button of box.querySelectorAll("[data-do]")) {
    if (!offers.includes(button.dataset.do)) button.remove();
    else button.onclick = () => acts[button.dataset.do](row, item);
  }
  box.querySelector("[data-title]").textContent = title(item);
  box.querySelector("[data-said]").textContent = item.words || "";
  box.querySelector("[data-note]").textContent = note(row, item);
  return box;
}

function group(name, found) {
  const section = place.querySelector(`[data-group="${name}"]`);
  section.hidden = !found.length;
  section.querySelector("[data-rows]")?.replaceChildren(...found.map(draw));
  if (name !== "wait" && found.length) section.querySelector(".group span").textContent = found.length.toLocaleString(language);
  return section;
}

async function render() {
  if (!place.isConnected) return;
  const all = await outbox.list(true);
  const done = all.filter(([row]) => row.state === "done");
  const wait = all.filter(([row]) => outbox.waits(row));
  group("look", all.filter(([row]) => /conflict|refused/.test(row.state)));
  group("wait", wait);
  const [last, item] = done.sort(([a], [b]) => a.at - b.at).at(-1) || [];
  const sent = group("done", done).querySelector("[data-last]");
  if (last) sent.textContent = nod.fill(words.sent, { ago: distance(last.at), what: title(item) });
  place.querySelector("[data-group=none]").hidden = all.length > done.length;
}

if (place) {
  nod.device.then(() => {
    render();
    addEventListener("outbox", render);
  }, () => { document.getElementById("no-store").hidden = false; });
}
