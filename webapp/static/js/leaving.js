// <form data-leave>: signing out, or going to another organization. What is queued is sent or discarded first, as the
// person says; then nothing of theirs stays on this device: the rest goes with the server's answer (Clear-Site-Data).
// What others left here sealed is theirs: it is not touched.
const sheet = document.getElementById("leaving");
let going;

async function empty() {
  nod.drafts.closed = true;
  await device.forget();
  let others = false;
  for (const name of ["outbox", "drafts"]) {
    for (const { id, owner } of await store.all(name)) {
      if (owner === nod.person) await store.drop(name, id);
      else others = true;
    }
  }
  return others;
}

async function leave(form, name) {
  const kept = await empty().catch(() => false);
  localStorage.clear();
  sessionStorage.clear();
  const say = (field, value) => form.append(nod.make("input", { type: "hidden", name: field, value }));
  if (kept) say("keep", "1");
  if (name.name) say("device", name.name);
  if (going.button?.name) say(going.button.name, going.button.value);
  form.submit();
}

const go = async () => leave(going.form, await store.get("keys", "name").catch(() => ({})) || {});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-leave]")) return;
  event.preventDefault();
  going = { form, button: event.submitter };
  const left = (await outbox.list().catch(() => [])).some(([row]) => outbox.waits(row));
  if (left && sheet) {
    sheet.showModal();
    nod.release(form);
  } else go();
});

sheet?.addEventListener("click", async ({ target }) => {
  const choice = target.closest("[data-choice]")?.dataset.choice;
  if (choice === "discard") go();
  else if (choice === "send") {
    if (await outbox.drain(true)) sheet.querySelector("[data-left]").hidden = false;
    else go();
  }
});
