// One outbox, online or not: written to the device, then sent under its key, then confirmed. One sender at a time, in
// the order of the taps for each post. queued -> sending -> done | conflict | refused. Pages and the worker share this.
const LIMIT = 8000;
const PAUSES = [2, 8, 30, 120];
const DAY = 24 * 3600 * 1000;
const KEPT = 7 * DAY;
const AGAIN = new Set([408, 425, 429]);
const waiters = new Map();
let others;
let turn = Promise.resolve();

// Where there are no locks, the keys of the items still make each count once.
const alone = (work) => (navigator.locks ? navigator.locks.request("nod-outbox", work) : (turn = turn.then(work, work)));

function tell(news) {
  others?.postMessage(news);
  heard(news);
}

function heard(news) {
  news.late = !waiters.has(news.id);
  waiters.get(news.id)?.(news.answer);
  waiters.delete(news.id);
  self.dispatchEvent(new CustomEvent("outbox", { detail: news }));
}

function listen() {
  if (!self.BroadcastChannel) return;
  others = new BroadcastChannel("nod-outbox");
  others.onmessage = ({ data }) => heard(data);
}
listen();
// A page that is left but may come back keeps no line open.
self.addEventListener("pagehide", () => { others = others?.close(); });
self.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

async function write(now, row, item, more) {
  return store.put("outbox", { ...row, ...await device.seal(now, item), ...more });
}

// Whether the row is still there to be sent: it may have been taken back.
const claim = (id) => store.run("outbox", (rows) => {
  const asked = rows.get(id);
  asked.onsuccess = () => { if (asked.result) rows.put({ ...asked.result, state: "sending" }); };
  return asked;
});

function post({ owner }, item) {
  return fetch(item.url, {
    method: "POST", body: item.body, keepalive: item.body.length < 50_000, signal: AbortSignal.timeout(LIMIT),
    headers: {
      "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "Idempotency-Key": item.key,
      "X-Nod": "1", "X-Nod-For": owner, "X-Nod-Sent": new Date().toISOString(),
    },
  });
}

async function send(now, row, item) {
  let answer = null;
  let more = 0;
  try {
    const came = await post(now, item);
    if (came.redirected) throw came;
    answer = { status: came.status, headers: [...came.headers], text: await came.text() };
    more = came.headers.get("Retry-After") * 1000 || 0;
  } catch { /* No answer: it waits. */ }
  const state = await settle(now, row, item, answer, more);
  tell({ id: row.id, kind: item.kind, post: item.post, draft: item.draft, state, answer });
  return state;
}

async function settle(now, row, item, answer, more) {
  const { status } = answer || {};
  if (!status || status >= 500 || AGAIN.has(status)) {
    const wait = Math.max(more, PAUSES[Math.min(row.tries, PAUSES.length - 1)] * 1000);
    await write(now, row, item, { state: "queued", tries: row.tries + 1, next: Date.now() + wait });
    return "queued";
  }
  if (status === 401) {
    await write(now, row, item, { state: "queued" });
    await device.forget();
    return "locked";
  }
  if (status < 400) {
    if (item.kind === "draft") await renew(now, row, item, answer);
    else {
      const { kind, post, title, verdict } = item;
      await write(now, row, { kind, post, title, verdict }, { state: "done", at: Date.now() });
    }
    return "done";
  }
  const state = status === 409 ? "conflict" : "refused";
  await write(now, row, { ...item, answer: answer.text }, { state });
  return state;
}

// A draft has arrived: what was typed after it builds on the version it has now.
async function renew(now, row, { draft }, answer) {
  await store.drop("outbox", row.id);
  const { fields = {} } = JSON.parse(answer.text);
  for (const [later, item] of await outbox.list()) {
    if (item.draft !== draft || later.state !== "queued") continue;
    const body = new URLSearchParams(item.body);
    for (const name in fields) body.set(name, fields[name]);
    await write(now, later, { ...item, body: `${body}` });
  }
}

async function round(force) {
  const now = await device.current();
  const held = new Set();
  let left = 0;
  let away = false;
  for (const [row, item] of await outbox.list()) {
    if (!outbox.waits(row)) continue;
    if (away || held.has(item.post) || !(force || row.next <= Date.now())) {
      held.add(item.post);
      left += 1;
    } else if (Date.now() - row.at > KEPT) await write(now, row, item, { state: "refused" });
    else {
      const claimed = await claim(row.id);
      const state = claimed && await send(now, claimed, await device.open(now, claimed));
      if (state === "locked") return 1;
      if (state === "queued") {
        away = true;
        left += 1;
      }
    }
  }
  return left;
}

self.outbox = {
  waits: (row) => row.state === "queued" || row.state === "sending",

  // [row, item] of whoever is signed in here, in the order of the taps. What was sent is kept for a day.
  async list() {
    const now = await device.current();
    const rows = now ? await store.of("outbox", now.owner) : [];
    const found = [];
    for (const row of rows) {
      if (row.state === "done" && Date.now() - row.at > DAY) store.drop("outbox", row.id);
      else found.push([row, await device.open(now, row).catch(() => null)]);
    }
    return found.filter(([, item]) => item);
  },

  // Write an item {kind, url, body, key, post, …} to the device. `answer` comes with the server's, or null when it waits.
  async add(item) {
    const now = await device.current();
    const id = await store.put("outbox", { ...await device.seal(now, item), state: "queued", at: Date.now(), tries: 0, next: 0 });
    const answer = new Promise((resolve) => waiters.set(id, resolve));
    outbox.drain();
    return { id, answer, leave: () => waiters.delete(id) };
  },

  // Send what is due, or all of it; answers how many still wait.
  drain: (force = false) => alone(() => round(force)),

  // Take an item back, unless it is on its way. Answers whether it is gone.
  async remove(id) {
    const row = await store.run("outbox", (rows) => {
      const asked = rows.get(id);
      asked.onsuccess = () => { if (asked.result?.state !== "sending") rows.delete(id); };
      return asked;
    });
    if (row?.state === "sending") return false;
    tell({ id, state: "gone" });
    return true;
  },
};

self.addEventListener("sync", (event) => {
  event.waitUntil?.(outbox.drain(true).then((left) => { if (left) throw new Error("waits"); }));
});
