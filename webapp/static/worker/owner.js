// Whose device this is now, as the server last said (header Nod-Person) or a page told. What is kept carries that name;
// when another person signs in, or nobody is signed in any more, all of it goes.
const PLACE = "nod-me", STATE = "/nod-me", SHELL = "/offline";
const NOBODY = { person: "", lang: "", at: 0 };
let known, left;

// Read without opening: that would make an empty place, on a device on which nothing may stay.
const kept = (what) => caches.match(what, { cacheName: PLACE });

nod.me = () => (known ||= kept(STATE).then((found) => (found ? found.json() : NOBODY)));

// `asked`: when the request was made that this is the answer to; what was asked before the last change says nothing.
nod.here = async (told, asked) => {
  const me = await nod.me();
  if (!told.person && !me.person) return me; // nothing is kept for nobody
  if (asked < me.at || Object.entries(told).every(([name, value]) => me[name] === value)) return me;
  const other = told.person !== me.person;
  const next = other ? { ...NOBODY, ...told, at: Date.now() } : { ...me, ...told };
  known = Promise.resolve(next);
  if (other && me.person) await device.forget().catch(() => {});
  const place = await caches.open(PLACE);
  await place.put(STATE, new Response(JSON.stringify(next)));
  if (other || next.lang !== me.lang) await shell(place, next);
  return next;
};

// The page that is shown without network, with this person's words, look and outbox.
async function shell(place, { person }) {
  await place.delete(SHELL);
  if (!person) return;
  const page = await fetch(SHELL, { cache: "no-cache" }).catch(() => null);
  if (page?.ok && page.headers.get("Nod-Person") === person) await place.put(SHELL, page);
}

nod.shell = async () => (await kept(SHELL)) || caches.match(SHELL);

// While a sign-out is under way the server still answers as before: that is not believed until it says that nobody is here.
nod.leaving = (whose) => {
  if (whose === "-") left = "";
  return left === whose;
};

// A deliberate sign-out ends the push of this device too.
nod.leave = async () => {
  left = (await nod.me()).person;
  await nod.here({ person: "" }, Date.now());
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
};
