// <form data-outbox="decision|comment" hx-post="…">: what it sends goes through the outbox, and htmx takes the answer as
// if it had asked itself. Without storage, crypto or a key the form works as it would without this file.
const SOON = 2500;
let ready = false;

// Resolves when this person's words may be kept on this device.
nod.device = (nod.person && self.indexedDB && self.crypto?.subtle ? device.begin(nod.person) : Promise.reject());
nod.device.then(() => { ready = true; wake(); }, () => {});

const soon = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, SOON, null))]);

// Put something into the outbox; answers what came of it within a moment: {status, headers, text}, or null while it waits.
nod.queue = async (item) => {
  item.post = nod.about(item.url) || item.url;
  const { id, came, leave } = await outbox.add(item);
  item.id = id;
  const clean = item.kind === "decision" && nod.unqueue({ post: item.post, before: id });
  const [got] = await Promise.all([soon(came), clean]);
  if (!got) {
    leave();
    ask();
    wake(false);
  } else if (got.status > 401 && got.status !== 409) outbox.remove(id);
  return got;
};

// What is now said anew need not be sent or shown any more: drafts not tried yet, and what was refused.
nod.unqueue = async ({ draft, post, before = Infinity }) => {
  for (const [row, item] of await outbox.list().catch(() => [])) {
    const same = draft ? item.draft === draft && item.kind === "draft" : item.post === post && item.kind === "decision";
    if (same && row.id < before && (/conflict|refused/.test(row.state) || (draft && !row.tries && outbox.waits(row)))) await outbox.remove(row.id);
  }
};

// A draft, saved by itself; straight to the server where the device takes nothing.
nod.save = async (item) => {
  try {
    if (!ready) throw item;
    await nod.unqueue(item);
    return await nod.queue({ kind: "draft", key: nod.key(), page: location.pathname, title: document.title, ...item });
  } catch {
    const answer = await nod.post(item.url, new URLSearchParams(item.body));
    return { status: answer.status, text: await answer.text() };
  }
};

// The browser wakes the worker when there is a network again, where it can.
function ask() {
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
}

function read(form, url, body) {
  const kind = form.dataset.outbox;
  const { title, until } = document.getElementById("dock")?.dataset || {};
  const key = body.get("key") || nod.key();
  body.delete("_token");
  body.delete("key");
  if (kind === "decision") body.set("tapped_at", new Date().toISOString());
  return {
    kind, url, body: `${body}`, key, page: location.pathname, title, draft: form.dataset.draft,
    verdict: body.get("decision"), words: body.get("text") || body.get("comment") || "",
    until: kind === "decision" ? until : "",
  };
}

async function take(ctx, form, request) {
  const item = read(form, request.action, request.body);
  let came;
  try {
    came = await nod.queue(item);
  } catch (error) {
    ctx.full = nod.full(error, item.kind);
    return fetch(request.action, request);
  }
  if (came) return new Response(came.text || null, came);
  form.dispatchEvent(new CustomEvent("nod:queued", { bubbles: true, detail: item }));
  return new Response(null, { status: 204 });
}

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ready && ctx.sourceElement.matches("form[data-outbox]")) ctx.fetch = () => take(ctx, ctx.sourceElement, ctx.request);
});

let timer;
async function wake(force = true) {
  clearTimeout(timer);
  if (!ready) return;
  if (await outbox.drain(force)) timer = setTimeout(wake, 2000, false);
}

for (const kind of ["online", "pageshow"]) addEventListener(kind, () => wake());
document.addEventListener("visibilitychange", () => (document.hidden ? outbox.left && ask() : wake()));
document.addEventListener("htmx:after:request", (event) => {
  if (outbox.left && event.detail.ctx.response.status < 400) wake();
});
