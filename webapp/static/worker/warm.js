// The next cards with their pictures, before there is no network: whoever looks at the queue asks for them.
nod.warm = async (urls) => {
  for (const url of urls) {
    const asked = Date.now();
    const page = await fetch(url, { cache: "no-cache" });
    const text = page.clone().text();
    await nod.keep(new URL(url, location).href, page, asked);
    for (const [, picture] of (await text).matchAll(/<img[^>]+src="(\/media\/[^"]+)"/g)) {
      await nod.picture({ request: new Request(picture), waitUntil: (kept) => kept });
    }
  }
};
