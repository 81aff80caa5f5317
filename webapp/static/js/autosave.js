// <form data-autosave="<url>" data-draft="<name>">: what is typed goes to the device at once and to the server every 10 s,
// through the outbox: without a network it is sent later, by whoever wakes first.
// The server answers {"saved": "13:18"} and may add "autosave" (the next url), "location" (the address to show) and
// "fields" (hidden values to take over). [data-saved] shows when. Without data-autosave only the device keeps it.
const SERVER = 10000;
const SKIP = /^(_token|key|credential)$/;
const show = (text) => document.querySelectorAll("[data-saved]").forEach((place) => { place.textContent = text; });

function follow(form) {
  const id = form.dataset.draft;
  const read = () => [...new FormData(form)].filter(([name, value]) => (
    typeof value === "string" && !SKIP.test(name) && form.elements.namedItem(name)?.type !== "password"));
  const shown = read();
  let keeping, more, server, dirty, sent;

  // Sealed and written at each key; while that is under way, once more after it. Resolves when all of it is written.
  function keep() {
    more = keeping;
    return keeping ||= dirty && nod.drafts.put(id, read()).then(() => {
      keeping = null;
      return more && keep();
    });
  }

  async function save() {
    server = 0;
    if (sent) return;
    dirty = false;
    show(nod.word("saving"));
    try {
      const came = await nod.save({ url: form.dataset.autosave, body: `${new URLSearchParams(read())}`, draft: id });
      if (!came || came.status >= 400) throw came;
      take(came);
    } catch {
      dirty ||= !sent;
      await keep();
      show(nod.word(nod.drafts.full || "kept"));
    }
  }

  function take({ text }) {
    const { saved, autosave, location, fields } = JSON.parse(text);
    if (autosave) form.dataset.autosave = autosave;
    if (location) history.replaceState(history.state, "", location);
    for (const name in fields) {
      const field = form.elements.namedItem(name);
      if (field) field.value = fields[name];
    }
    if (!dirty && !sent) nod.drafts.drop(id);
    show(nod.word("saved", { time: saved }));
  }

  // Words left here by a session that ended: offered, never put in by themselves.
  async function offer() {
    const kept = await nod.drafts.get(id);
    if (!kept || dirty) return;
    if (JSON.stringify(kept.data) === JSON.stringify(shown)) return nod.drafts.drop(id);
    const box = nod.make("div", { className: "check warn found", role: "status" });
    const button = (word, className, act) => nod.make("button", { type: "button", className, textContent: nod.word(word), onclick: () => { act(); box.remove(); } });
    box.append(
      nod.make("b", { textContent: nod.word("found") }),
      button("restore", "btn sm", () => restore(kept.data)),
      button("dismiss", "btn sm plain", () => nod.drafts.drop(id)),
    );
    form.prepend(box);
  }

  function restore(data) {
    for (const field of form.elements) {
      if (!field.name || SKIP.test(field.name) || /^(hidden|file|password|submit)$/.test(field.type)) continue;
      const list = data.filter(([name]) => name === field.name).map(([, value]) => value);
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = list.includes(field.value);
      else if (field.options) for (const option of field.options) option.selected = list.includes(option.value);
      else if (list.length) field.value = list[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    (form.querySelector("textarea") || form.querySelector("input"))?.focus();
  }

  offer();
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      dirty = true;
      sent = false;
      keep();
      if (form.dataset.autosave) server ||= setTimeout(save, SERVER);
    });
  }
  for (const kind of ["visibilitychange", "pagehide"]) addEventListener(kind, keep);
  addEventListener("outbox", ({ detail }) => {
    if (detail.kind === "draft" && detail.draft === id && detail.state === "done") take(detail.came);
  });
  form.addEventListener("submit", () => {
    keep();
    clearTimeout(server);
    server = 0;
    sent = true;
    if (!form.hasAttribute("hx-post")) sessionStorage["nod:sent"] = id;
  });
  form.addEventListener("htmx:after:request", ({ target, detail }) => {
    if (target !== form || detail.ctx.response.status >= 400) return;
    dirty = false;
    nod.drafts.drop(id);
  });
  return true;
}

function begin() {
  document.querySelectorAll("form[data-draft]").forEach((form) => { form.nodAutosave ||= follow(form); });
}

// The page after a submit: if the form is not here again and nothing went wrong, its words have arrived.
const sent = sessionStorage["nod:sent"];
if (sent && nod.person) {
  delete sessionStorage["nod:sent"];
  if (!document.body.dataset.error && !document.querySelector(`form[data-draft="${CSS.escape(sent)}"]`)) {
    nod.drafts.drop(sent);
    nod.unqueue({ draft: sent });
  }
}
begin();
document.addEventListener("htmx:after:swap", begin);
