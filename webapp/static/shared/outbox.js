// One outbox, online or not: written to the device, then sent under its key, then confirmed. One sender at a time, in
// the order of the taps for each post. queued -> sending -> done | conflict | refused. Pages and the worker share this.
const LIMIT = 8000;
const PAUSES = [2, 8, 30, 120];
const DAY = 24 * 3600 * 1000;
const KEPT = 7 * DAY;
const AGAIN = [408, 425, 429];
const waiters = new Map();
let others;

const alone = (work) => navigator.locks.request("nod-outbox", work);

// Whoever tapped gets the answer; tells whether nobody waits for it here any more.
function answer(id, came) {
  const mine = waiters.get(id);
  waiters.delete(id);
  mine?.(came);
  return !mine;
}

function say(news) {
  if (news.state === "queued") outbox.left ||= 1;
  self.dispatchEvent(new CustomEvent("outbox", { detail: news }));
}

function tell(news, late) {
  others?.postMessage(news);
  say({ ...news, late });
}

function listen() {
  others = new BroadcastChannel("nod-outbox");
  others.onmessage = ({ data }) => say({ ...data, late: answer(data.id, data.came) });
}
listen();
// A page that is left but may come back keeps no line open.
self.addEventListener("pagehide", () => { others = others?.close(); });
self.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

const write = async (now, row, item, more) => store.put("outbox", { ...row, ...await device.seal(now, item), ...more });

// A row as it was before `then` did something with it, both in one transaction.
const change = (id, then) => store.run("outbox", (rows) => {
  const asked = rows.get(id);
  asked.onsuccess = () => then(rows, asked.result);
  return asked;
});

// The row, marked as being sent; nothing when it was taken back meanwhile.
const claim = (id) => change(id, (rows, row) => row && rows.put({ ...row, state: "sending" }));

function post({ owner }, { url, body, key }) {
  return fetch(url, {
    method: "POST", body, keepalive: body.length < 50_000, signal: AbortSignal.timeout(LIMIT),
    headers: {
      "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true", "Idempotency-Key": key,
      "X-Nod": "1", "X-Nod-For": owner, "X-Nod-Sent": new Date().toISOString(),
    },
  });
}

// No answer, or one that says later: it waits, longer each time.
async function send(now, row, item) {
  const { id } = row;
  const { kind, post: about, draft } = item;
  let came = null;
  let pause = PAUSES[Math.min(row.tries, 3)] * 1000;
  try {
    const got = await post(now, item);
    if (!got.redirected) came = { status: got.status, headers: [...got.headers], text: await got.text() };
    pause = Math.max(pause, got.headers.get("Retry-After") * 1000 || 0);
  } catch { /* It waits. */ }
  // What went well is on the screen before it is written down.
  const well = came?.status < 400;
  let late = well && answer(id, came);
  const state = await settle(now, row, item, came, pause);
  if (!well) late = answer(id, came);
  tell({ id, kind, post: about, draft, state, came }, late);
  return state;
}

async function settle(now, row, item, came, pause) {
  const status = came?.status || 503;
  if (status >= 500 || AGAIN.includes(status)) {
    await write(now, row, item, { state: "queued", tries: row.tries + 1, next: Date.now() + pause });
    return "queued";
  }
  if (status === 401) {
    await write(now, row, item, { state: "queued" });
    await device.forget();
    return "locked";
  }
  if (status < 400) {
    const { kind, post: about, title, verdict } = item;
    if (kind === "draft") await renew(now, row, item, came);
    else await write(now, row, { kind, post: about, title, verdict }, { state: "done", at: Date.now() });
    return "done";
  }
  const state = status === 409 ? "conflict" : "refused";
  await write(now, row, { ...item, answer: came.text }, { state });
  return state;
}

// A draft has arrived: what was typed after it builds on the version it has now.
async function renew(now, row, { draft }, came) {
  await store.drop("outbox", row.id);
  const { fields = {} } = JSON.parse(came.text);
  for (const [later, item] of await outbox.list()) {
    if (item.draft !== draft || later.state !== "queued") continue;
    const body = new URLSearchParams(item.body);
    for (const name in fields) body.set(name, fields[name]);
    await write(now, later, { ...item, body: `${body}` });
  }
}

// What arrives shows that there is a network: then the rest does not sit out its pause.
async function round(force) {
  const now = await device.current();
  const held = [];
  let left = 0;
  let last;
  for (const [row, item] of await outbox.list()) {
    if (!outbox.waits(row)) continue;
    if (last === "queued" || held.includes(item.post) || !(force || row.next <= Date.now())) {
      held.push(item.post);
      left += 1;
    } else if (Date.now() - row.at > KEPT) await write(now, row, item, { state: "refused" });
    else {
      const claimed = await claim(row.id);
      last = claimed && await send(now, claimed, await device.open(now, claimed));
      if (last === "locked") return 1;
      if (last === "queued") left += 1;
    }
  }
  return left && last && last !== "queued" ? round(true) : left;
}

self.outbox = {
  // How many waited when last looked.
  left: 0,
  waits: ({ state }) => state === "queued" || state === "sending",

  // [row, item] of whoever is signed in here, in the order of the taps. What was sent is kept for a day.
  async list(sent = false) {
    const now = await device.current();
    const found = [];
    for (const row of now ? await store.of("outbox", now.owner) : []) {
      const done = row.state === "done";
      if (done && Date.now() - row.at > DAY) store.drop("outbox", row.id);
      else if (sent || !done) found.push([row, await device.open(now, row).catch(() => null)]);
    }
    return found.filter(([, item]) => item);
  },

  // Write an item {kind, url, body, key, post, …} to the device. `came` resolves to the server's answer, or to null
  // when it waits; rejects when nothing can be written.
  async add(item) {
    const now = await device.current();
    const first = !outbox.left;
    const row = { at: Date.now(), tries: 0, next: 0, state: first ? "sending" : "queued" };
    let came;
    const stored = device.seal(now, item).then(async (sealed) => {
      Object.assign(row, sealed);
      row.id = await store.put("outbox", row);
      came = new Promise((resolve) => waiters.set(row.id, resolve));
    });
    (first ? alone(() => stored.then(() => send(now, row, item))) : stored.then(() => outbox.drain())).catch(() => {});
    await stored;
    return { id: row.id, came, leave: () => waiters.delete(row.id) };
  },

  // Send what is due, or all of it; answers how many still wait.
  drain: (force = false) => alone(async () => (outbox.left = await round(force))),

  // Take an item back, unless it is on its way. Answers whether it is gone.
  async remove(id) {
    const row = await change(id, (rows, found) => found?.state !== "sending" && rows.delete(id));
    if (row?.state === "sending") return false;
    tell({ id, state: "gone" });
    return true;
  },
};

self.addEventListener("sync", (event) => {
  event.waitUntil?.(outbox.drain(true).then((left) => { if (left) throw left; }));
});
