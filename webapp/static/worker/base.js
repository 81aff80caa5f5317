// What the parts of the worker share: this release (written in by the server) and its words in each language.
globalThis.nod = {
  build: BUILD,

  // A sentence the worker says by itself, in the language of the person here.
  async word(name) {
    const { words } = nod.build;
    return (words[(await nod.me()).lang] || words.en)[name];
  },

  // A POST of ours, as pages send it.
  post: (url, data) => fetch(url, {
    method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json", "X-Nod": "1" },
  }),
};
