// <form data-autosave="<url>" data-draft="<name>">: what is typed goes to the device at once and to the server every 10 s,
// through the outbox: without a network it is sent later, by whoever wakes first.
// The server answers {"saved": "13:18"} and may add "autosave" (the next url), "location" (the address to show) and
// "fields" (hidden values to take over). [data-saved] shows when. Without data-autosave only the device keeps it.
const SERVER = 10000;
const SKIP = /^(_token|key|credential)$/;

class Autosave {
  constructor(form) {
    Object.assign(this, { form, id: form.dataset.draft, shown: this.read(form), keeping: null, server: 0, dirty: false, sent: false });
    this.offer();
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.touch());
    for (const kind of ["visibilitychange", "pagehide"]) window.addEventListener(kind, () => this.keep());
    window.addEventListener("outbox", ({ detail }) => {
      if (detail.kind === "draft" && detail.draft === this.id && detail.state === "done") this.take(JSON.parse(detail.came.text));
    });
    form.addEventListener("submit", () => this.leave());
    form.addEventListener("htmx:after:request", (event) => {
      if (event.target === form && event.detail.ctx.response.status < 400) this.forget();
    });
  }

  read() {
    return [...new FormData(this.form)].filter(([name, value]) => (
      typeof value === "string" && !SKIP.test(name) && this.form.elements.namedItem(name)?.type !== "password"));
  }

  touch() {
    this.dirty = true;
    this.sent = false;
    this.keep();
    if (this.form.dataset.autosave) this.server ||= setTimeout(() => this.save(), SERVER);
  }

  // Sealed and written at each key; while that is under way, once more after it.
  keep() {
    if (this.keeping) this.more = true;
    else if (this.dirty) {
      this.more = false;
      this.keeping = nod.drafts.put(this.id, this.read()).then(() => {
        this.keeping = null;
        if (this.more) this.keep();
      });
    }
  }

  leave() {
    this.keep();
    clearTimeout(this.server);
    this.server = 0;
    this.sent = true;
    if (!this.form.hasAttribute("hx-post")) sessionStorage.setItem("nod:sent", this.id);
  }

  forget() {
    this.dirty = false;
    nod.drafts.drop(this.id);
  }

  async save() {
    this.server = 0;
    if (this.sent) return;
    this.dirty = false;
    this.show(nod.word("saving"));
    try {
      const body = `${new URLSearchParams(this.read())}`;
      const came = await nod.save({ url: this.form.dataset.autosave, body, draft: this.id });
      if (!came || came.status >= 400) throw came;
      this.take(JSON.parse(came.text));
    } catch {
      if (!this.sent) this.dirty = true;
      this.keep();
      this.show(nod.word("kept"));
    }
  }

  take({ saved, autosave, location, fields }) {
    if (autosave) this.form.dataset.autosave = autosave;
    if (location) history.replaceState(history.state, "", location);
    for (const [name, value] of Object.entries(fields || {})) {
      const field = this.form.elements.namedItem(name);
      if (field) field.value = value;
    }
    if (!this.dirty && !this.sent) nod.drafts.drop(this.id);
    this.show(nod.word("saved", { time: saved }));
  }

  show(text) {
    document.querySelectorAll("[data-saved]").forEach((place) => { place.textContent = text; });
  }

  // Words left here by a session that ended: offered, never put in by themselves.
  async offer() {
    const kept = await nod.drafts.get(this.id);
    if (!kept || this.dirty) return;
    if (JSON.stringify(kept.data) === JSON.stringify(this.shown)) return nod.drafts.drop(this.id);
    const box = nod.make("div", { className: "check warn found", role: "status" });
    const button = (word, className, act) => nod.make("button", { type: "button", className, textContent: nod.word(word), onclick: () => { act(); box.remove(); } });
    box.append(
      nod.make("b", { textContent: nod.word("found") }),
      button("restore", "btn sm", () => this.restore(kept.data)),
      button("dismiss", "btn sm plain", () => nod.drafts.drop(this.id)),
    );
    this.form.prepend(box);
  }

  restore(data) {
    for (const field of this.form.elements) {
      if (!field.name || SKIP.test(field.name) || /^(hidden|file|password|submit)$/.test(field.type)) continue;
      const list = data.filter(([name]) => name === field.name).map(([, value]) => value);
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = list.includes(field.value);
      else if (field.options) for (const option of field.options) option.selected = list.includes(option.value);
      else if (list.length) field.value = list[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    (this.form.querySelector("textarea") || this.form.querySelector("input"))?.focus();
  }
}

function begin() {
  document.querySelectorAll("form[data-draft]").forEach((form) => { form.nodAutosave ||= new Autosave(form); });
}

// The page after a submit: if the form is not here again and nothing went wrong, its words have arrived.
const sent = sessionStorage.getItem("nod:sent");
if (sent && nod.person) {
  sessionStorage.removeItem("nod:sent");
  if (!document.body.dataset.error && !document.querySelector(`form[data-draft="${CSS.escape(sent)}"]`)) {
    nod.drafts.drop(sent);
    nod.unqueue({ draft: sent });
  }
}
begin();
document.addEventListener("htmx:after:swap", begin);
