// A push always shows exactly one notification, whatever came; then the server is told that it was seen.
const LOOK = { icon: "/icons/icon-192.png", badge: "/icons/badge-96.png" };

self.addEventListener("push", (event) => event.waitUntil(told(event.data)));

async function told(data) {
  let news = {};
  try { news = data.json().notification || {}; } catch { /* shown all the same */ }
  await show(news);
  if (news.app_badge !== undefined) await navigator.setAppBadge?.(Number(news.app_badge) || 0).catch(() => {});
  if (news.data?.receipt) await nod.post("/push/receipts", { receipt: news.data.receipt }).catch(() => {});
}

async function show({ title, navigate, actions = [], app_badge, data, ...more }) {
  try {
    if (!title) throw title;
    const buttons = actions.map(({ navigate: to, ...button }) => button);
    await registration.showNotification(title, { ...LOOK, ...more, actions: buttons, data: { ...data, navigate, actions } });
  } catch {
    const { news, open: body } = await nod.me();
    await registration.showNotification(String(title || news || "Nod"), { ...LOOK, body, data: { navigate } });
  }
}

self.addEventListener("notificationclick", (event) => {
  const { notification, action, reply } = event, data = notification.data || {};
  notification.close();
  const chosen = data.actions?.find((each) => each.action === action);
  const token = (reply || action === "approve") && data[action];
  event.waitUntil(token ? act(notification, data, { token, reply }) : open(chosen?.navigate || data.navigate));
});

// The answer stands in for the notification, under the same tag; without one, the way there does. What was typed in it
// goes through the outbox when it cannot be sent now.
async function act({ title, tag, lang, dir }, { working, offline, waits, navigate }, said) {
  const same = { title, tag, lang, dir, navigate }, { token, reply } = said;
  const url = reply ? "/push/replies" : "/push/decisions";
  await show({ ...same, body: working, silent: true });
  let answer, body = offline;
  try { answer = (await (await nod.post(url, said)).json()).notification; } catch { /* no network */ }
  if (reply && !answer) {
    const item = { kind: "reply", url, body: `${new URLSearchParams(said)}`, key: token, post: navigate, page: navigate, title, words: reply };
    body = await outbox.add(item).then(() => waits, () => `${offline}\n${reply}`);
    registration.sync?.register("outbox").catch(() => {});
  }
  await show({ ...(answer?.title ? answer : { ...same, body }), tag });
}

// In the window that is open, else in a new one; only ever on our own pages.
async function open(to) {
  const url = new URL(to || "/", location.origin);
  const here = url.origin === location.origin ? url.href : "/";
  const [window] = await clients.matchAll({ type: "window" });
  try {
    await window.focus();
    await window.navigate(here);
  } catch {
    await clients.openWindow(here);
  }
}

// The browser took the subscription back: ask for another with the key this device knows.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  const { key, installed } = await nod.me();
  if (oldSubscription) await nod.post("/push/subscriptions/removal", { endpoint: oldSubscription.endpoint }).catch(() => {});
  if (!key) return;
  const next = newSubscription || (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  await nod.post("/push/subscriptions", { ...next.toJSON(), installed });
}
