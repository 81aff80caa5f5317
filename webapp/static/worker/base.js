// What the parts of the worker share: this release, written in by the server.
globalThis.nod = {
  build: BUILD,

  // A POST of ours, as pages send it.
  post: (url, data) => fetch(url, {
    method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json", "X-Nod": "1" },
  }),
};
