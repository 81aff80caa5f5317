// Pages as they were last seen, the newest 60, for three days: the same whether htmx or the browser asked for them.
// The server says what may be kept (header Nod-Keep). A kept page carries when it was seen: <body data-stored="…">.
const MOST = 60, LIFE = 3 * 24 * 3600 * 1000;
const WAIT = 2500;
const GONE = [502, 503, 504];
const named = (person) => caches.open(`nod-pages-${person}`);

nod.keep = async (url, answer, asked) => {
  const whose = answer.headers.get("Nod-Person");
  if (!whose || nod.leaving(whose)) return;
  const { person } = await nod.here({ person: whose === "-" ? "" : whose }, asked);
  if (person !== whose || answer.status !== 200 || answer.redirected || !answer.headers.has("Nod-Keep")) return;
  const headers = new Headers(answer.headers), at = Date.now();
  headers.delete("Content-Encoding");
  headers.set("Nod-Stored", at);
  const text = (await answer.text()).replace("<body", `<body data-stored="${at}"`);
  const pages = await named(person);
  await pages.put(url, new Response(text, { headers }));
  for (const old of (await pages.keys()).slice(0, -MOST)) await pages.delete(old);
  if ((await nod.me()).person !== whose) await device.clear();
};

// A card, or a conversation, is the same wherever in a run or list it is.
nod.stored = async (url) => {
  const { person } = await nod.me();
  if (!person) return undefined;
  const pages = await named(person), card = /\/approval$|^\/inbox\/[^/]+$/.test(new URL(url).pathname);
  const found = (await pages.match(url)) || (card && (await pages.match(url, { ignoreSearch: true })));
  return found && Date.now() - found.headers.get("Nod-Stored") < LIFE ? found : undefined;
};

async function ask({ request, preloadResponse }) {
  return (await preloadResponse) || fetch(new Request(request, { cache: "no-cache" }));
}

// Network first; after 2.5 s, or when there is none, what is kept; without that, what comes, or the page that says so.
nod.page = (event) => {
  const { request } = event, url = request.url.split("#")[0], asked = Date.now();
  const network = ask(event);
  const keeping = network.then((answer) => nod.keep(url, answer.clone(), asked)).catch(() => {});
  event.waitUntil(keeping);
  return first(request, url, network);
};

async function first(request, url, network) {
  const late = new Promise((done) => { setTimeout(done, WAIT); });
  const came = await Promise.race([network.catch(() => null), late]);
  if (came && !GONE.includes(came.status)) return came;
  const kept = await nod.stored(url).catch(() => undefined);
  if (kept) return kept;
  return network.catch(() => (request.mode === "navigate" ? nod.shell() : Response.error()));
}
