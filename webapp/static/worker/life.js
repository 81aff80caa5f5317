// Coming and going: a new release waits until no page is open any more, or until somebody asks for it.
self.addEventListener("install", (event) => event.waitUntil(prepare()));

async function prepare() {
  const files = await nod.files();
  await files.addAll(nod.build.precache);
  await files.put("/offline", await fetch("/offline", { cache: "reload", credentials: "omit" }));
}

self.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  for (const name of await caches.keys()) if (/^nod-files/.test(name) && !name.endsWith(nod.build.version)) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

// What pages say: who is here (once a start), which pages will be wanted, to take over now.
self.addEventListener("message", (event) => {
  const { do: what, ...told } = event.data || {};
  if (what === "start") event.waitUntil(nod.here(told, Date.now()));
  else if (what === "warm") event.waitUntil(nod.warm(told.urls).catch(() => {}));
  else if (what === "skip") skipWaiting();
});
