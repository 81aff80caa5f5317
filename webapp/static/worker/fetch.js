// Which request goes where. What is not named here (POSTs, exports, other origins) is none of the worker's business.
self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST") {
    if (pathname === "/share" && request.mode === "navigate") event.respondWith(nod.share(request));
    else if (pathname === "/sign-out") event.waitUntil(nod.leave());
  } else if (request.method === "GET") {
    if (/^\/(static|icons)\//.test(pathname)) event.respondWith(nod.file(request));
    else if (pathname.startsWith("/media/")) event.respondWith(nod.picture(event));
    else if (request.mode === "navigate" || request.headers.has("HX-Request")) event.respondWith(nod.page(event));
  }
});
