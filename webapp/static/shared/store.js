// What this device keeps, in one IndexedDB that pages and the worker share. Where there is none, every call rejects.
let opening;

function open() {
  return opening ||= new Promise((resolve, reject) => {
    const asked = indexedDB.open("nod", 1);
    asked.onupgradeneeded = () => {
      const db = asked.result;
      db.createObjectStore("keys", { keyPath: "id" });
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("owner", "owner");
      db.createObjectStore("outbox", { keyPath: "id", autoIncrement: true }).createIndex("owner", "owner");
    };
    asked.onsuccess = () => {
      const db = asked.result;
      const close = () => { db.close(); opening = null; };
      Object.assign(db, { onversionchange: close, onclose: close });
      resolve(db);
    };
    asked.onerror = () => { opening = null; reject(asked.error); };
  });
}

self.store = {
  // One transaction on one store; what `work` asked for, once it is on the device.
  async run(name, work, mode = "readwrite") {
    const change = (await open()).transaction(name, mode);
    return new Promise((resolve, reject) => {
      const asked = work(change.objectStore(name));
      change.oncomplete = () => resolve(asked?.result);
      change.onabort = () => reject(change.error);
    });
  },
  get: (name, id) => store.run(name, (all) => all.get(id), "readonly"),
  of: (name, owner) => store.run(name, (all) => all.index("owner").getAll(owner), "readonly"),
  all: (name) => store.run(name, (all) => all.getAll(), "readonly"),
  put: (name, row) => store.run(name, (all) => all.put(row)),
  drop: (name, id) => store.run(name, (all) => all.delete(id)),
};
