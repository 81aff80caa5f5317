// Words on this device, by person and form, so that a lost session, a closed tab or an empty battery lose nothing.
// They lie sealed; where nothing can be sealed (no key, private mode) they stay in this tab.
const OLD = 12096e5; // 14 days
const name = (id) => `${nod.person} ${id}`;
const tab = {
  get(id) { try { return JSON.parse(sessionStorage[name(id)]); } catch { return null; } },
  put(id, kept) { try { sessionStorage[name(id)] = JSON.stringify(kept); } catch { /* Full or forbidden. */ } },
};

let last = Promise.resolve();

nod.drafts = {
  closed: false,
  async get(id) {
    try {
      const row = await store.get("drafts", name(id));
      if (row) return await device.open(await nod.device, row);
    } catch { /* Not to be read here now. */ }
    return tab.get(id);
  },
  put: (id, data, at = Date.now()) => last = last.then(async () => {
    if (nod.drafts.closed) return;
    const kept = { at, data };
    nod.drafts.full = 0;
    try {
      await store.put("drafts", { id: name(id), at, ...await device.seal(await nod.device, kept) });
    } catch (error) {
      nod.drafts.full = nod.full(error, "draft");
      tab.put(id, kept);
    }
  }),
  drop: (id) => last = last.then(() => {
    delete sessionStorage[name(id)];
    return store.drop("drafts", name(id)).catch(() => {});
  }),
};

async function tidy() {
  const { owner } = await nod.device;
  for (const row of await store.of("drafts", owner)) if (Date.now() - row.at > OLD) store.drop("drafts", row.id);
}
tidy().catch(() => {});
