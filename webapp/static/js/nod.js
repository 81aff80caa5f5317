// What behaviours share: the page's words, who is signed in, speaking to screen readers, requests with our header.
const body = document.body;

const nod = {
  words: JSON.parse(body.dataset.words || "{}"),
  person: body.dataset.person || "",

  // A sentence with its %(name)s placeholders filled; one of the page by its name.
  fill: (text = "", values = {}) => text.replace(/%\((\w+)\)s/g, (all, key) => values[key] ?? ""),
  word: (name, values) => nod.fill(nod.words[name], values),

  // The id of the post that an address is about.
  about: (url) => /\/posts\/([0-9a-f-]{36})/.exec(url)?.[1],

  // A new element with some properties.
  make: (tag, values) => Object.assign(document.createElement(tag), values),

  // Say something to screen readers; urgent interrupts. What comes together is said together.
  say(text, urgent = false) {
    const region = document.getElementById(urgent ? "urgent" : "polite");
    if (!region || !text) return;
    region.textContent = "";
    const said = (region.nodSaid ||= []);
    said.push(text);
    setTimeout(() => { if (said[0]) region.textContent = said.splice(0).join(". "); }, 60);
  },

  // Where this device has no room: the name of the words that say what was not kept.
  full: ({ name } = {}, kind) => /^Quota/.test(name) && `full_${kind}`,

  // A key for one tap: the server counts what arrives under it once.
  key: () => crypto.randomUUID(),

  // A POST of ours. Resolves to the Response; rejects when nothing came back within 8 s.
  post(url, body, { headers, ...more } = {}) {
    return fetch(url, {
      method: "POST", body, headers: { "X-Nod": "1", Accept: "application/json", ...headers },
      signal: AbortSignal.timeout(8000), ...more,
    });
  },

  // What an error page says: its heading and its first sentence.
  problem(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const text = (found) => page.querySelector(found)?.textContent.trim() || "";
    return { text: text("h1") || nod.word("broken"), detail: text("main p") };
  },
};

globalThis.nod = nod;
document.documentElement.classList.add("js");
