// Files named by their content and pictures under random keys never change: what is here is used first.
const FILES = `nod-files-${nod.build.version}`;
const PICTURES = 200, LARGEST = 200000;

nod.files = () => caches.open(FILES);

// `app.css` of any release: a page kept from an earlier one still gets its looks.
const plain = (url) => url.replace(/^.*\/|\.[0-9a-f]{12}(?=\.)/g, "");

nod.file = async (request) => {
  const files = await nod.files();
  const found = await files.match(request, { ignoreVary: true });
  if (found) return found;
  try {
    const came = await fetch(request);
    if (came.ok && /immutable/.test(came.headers.get("Cache-Control"))) await files.put(request, came.clone());
    return came;
  } catch (gone) {
    const same = nod.build.precache.find((url) => plain(url) === plain(request.url));
    if (same) return files.match(same);
    throw gone;
  }
};

nod.picture = async (event) => {
  const { person } = await nod.me();
  if (!person) return fetch(event.request);
  const pictures = await caches.open(`nod-media-${person}`);
  const found = await pictures.match(event.request.url);
  if (found) return found;
  const came = await fetch(event.request);
  const small = came.status === 200 && came.headers.get("Content-Length") <= LARGEST;
  if (small && (await nod.me()).person === person) event.waitUntil(put(pictures, event.request.url, came.clone()));
  return came;
};

async function put(pictures, url, came) {
  await pictures.put(url, came);
  for (const old of (await pictures.keys()).slice(0, -PICTURES)) await pictures.delete(old);
}
