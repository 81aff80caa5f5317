// Push on this device: asked for only by a tap, told to the server again at each start of the app, shown as it is.
// In [data-push] (its value becomes the state) parts marked data-push-when="off denied" show in these states only:
// none (this browser cannot), install (iPhone, not on its home screen), denied, off, on.
// Buttons inside: data-push-on, data-push-off, data-push-test.
const workers = navigator.serviceWorker;
const key = document.body.dataset.pushKey;
const MINE = "nod:push";
const OURS = `${nod.person}${key} `;
const mine = () => localStorage[MINE]?.startsWith(OURS) && Notification.permission === "granted";

nod.ios = /iP(hone|ad|od)|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;

const current = async () => (await workers.getRegistration())?.pushManager?.getSubscription();
const send = async (url, data) => {
  const answer = await nod.post(url, JSON.stringify(data), { headers: { "Content-Type": "application/json" } });
  if (!answer.ok) throw answer;
};

async function subscribe() {
  const { pushManager } = await workers.ready;
  let found = await pushManager.getSubscription();
  if (found && !mine()) {
    await found.unsubscribe();
    found = null;
  }
  found ||= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = found.toJSON();
  const again = localStorage[MINE] === OURS + endpoint || undefined;
  await send("/push/subscriptions", { endpoint, keys, installed: nod.installed(), again });
  localStorage[MINE] = OURS + endpoint;
}

// What was taken away, by its service or from elsewhere, is off here too and can be turned on afresh.
async function sync() {
  if (!key || !globalThis.PushManager || !mine()) return;
  await subscribe().catch((answer) => answer.status === 410 && nod.push.off());
  document.dispatchEvent(new Event("nod:push"));
}

nod.push = {
  async state() {
    if (!workers || !key) return "none";
    if (!globalThis.PushManager) return nod.ios && !nod.installed() ? "install" : "none";
    if (Notification.permission === "denied") return "denied";
    return mine() && (await current()) ? "on" : "off";
  },
  async on() {
    if ((await Notification.requestPermission()) === "granted") await subscribe();
  },
  async off() {
    const found = await current();
    delete localStorage[MINE];
    await found?.unsubscribe();
    if (found) await send("/push/subscriptions/removal", { endpoint: found.endpoint });
  },
  test: () => send("/push/test", {}),
  async show() {
    const state = await nod.push.state();
    for (const place of document.querySelectorAll("[data-push]")) {
      place.dataset.push = state;
      for (const part of place.querySelectorAll("[data-push-when]")) part.hidden = !part.matches(`[data-push-when~=${state}]`);
    }
    return state;
  },
};

document.addEventListener("click", ({ target }) => {
  const what = ["on", "off", "test"].find((each) => target.closest?.(`[data-push-${each}]`));
  if (!what) return;
  const button = target.closest("button");
  button.ariaBusy = "true";
  nod.push[what]().catch(() => nod.toast({ text: nod.word("broken"), tone: "bad" })).then(() => {
    button.ariaBusy = null;
    document.dispatchEvent(new Event("nod:push"));
  });
});

// A subscription may have been dropped or renewed while nobody looked: say it again, once a start. One that was made for
// somebody else, or under another key of the server, is given back first.
document.addEventListener("nod:start", sync);
if (document.querySelector("#device-health:empty")) sync();
