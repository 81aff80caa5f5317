// Whose words may be read on this device now. Their key comes from the server, cannot be taken out of the browser, and
// goes with the session; what it sealed stays, for the same person's next sign-in. Pages and the worker share this.
const NOW = "now";
const bytes = (text) => new TextEncoder().encode(text);
let held;

self.device = {
  // {owner, key}, or nothing when nobody is signed in here.
  async current() {
    return held ||= await store.get("keys", NOW);
  },

  // A page of `owner` starts: their key, fetched once after each sign-in. Rejects without network, crypto or storage.
  async begin(owner) {
    const now = await device.current();
    if (now?.owner === owner) return now;
    if (now) await device.forget();
    const name = (await store.get("keys", "name")) || { id: "name", name: crypto.randomUUID() };
    await store.put("keys", name);
    const answer = await fetch("/device/key", {
      method: "POST", body: JSON.stringify({ device: name.name }), signal: AbortSignal.timeout(8000),
      headers: { "Content-Type": "application/json", "X-Nod": "1", "X-Nod-For": owner },
    });
    if (!answer.ok) throw answer;
    const raw = Uint8Array.from(atob((await answer.json()).key), (letter) => letter.charCodeAt(0));
    held = { id: NOW, owner, key: await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]) };
    await store.put("keys", held);
    return held;
  },

  // The session ended: the key and the stored pages go, what was sealed stays.
  async forget() {
    held = null;
    await device.clear();
    await store.drop("keys", NOW);
  },

  // Nothing of anybody stays in sight: pages, pictures, what was shared.
  async clear() {
    for (const name of await caches.keys()) if (/^nod-(pages|media|shared)/.test(name)) await caches.delete(name);
  },

  async seal({ owner, key }, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: bytes(owner) };
    return { owner, iv, sealed: await crypto.subtle.encrypt(how, key, bytes(JSON.stringify(value))) };
  },

  async open({ owner, key }, { iv, sealed }) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bytes(owner) }, key, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  },
};
