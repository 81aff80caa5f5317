// What another app shared waits here until the composer takes it (js/shared.js). Nothing is sent by itself.
const MOST_PICTURES = 10;

nod.share = async (request) => {
  const again = request.clone();
  try {
    const form = await request.formData();
    await caches.delete("nod-shared");
    const shared = await caches.open("nod-shared");
    const words = [...new Set(["title", "text", "url"].map((name) => String(form.get(name) || "").trim()))].filter(Boolean);
    await shared.put("/shared/words", new Response(words.join("\n"), { headers: { "Nod-Stored": Date.now() } }));
    for (const [n, file] of form.getAll("picture").filter((each) => each.size).slice(0, MOST_PICTURES).entries()) {
      const headers = { "Content-Type": file.type, "Nod-Name": encodeURIComponent(file.name) };
      await shared.put(`/shared/${n}`, new Response(file, { headers }));
    }
    return Response.redirect("/posts/new?shared=1", 303);
  } catch {
    return fetch(again);
  }
};
