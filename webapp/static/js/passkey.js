// <form data-passkey="get|create" data-options-url="…"> with a hidden field "credential": the browser's answer is put
// into the field and the form is sent like any other. Hidden where the browser has no passkeys.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_");

// JSON options with their base64url members turned into bytes: the challenge and the ids, but not that of the site.
const parsed = (json) => JSON.parse(json, function take(name, value) {
  return name === "challenge" || (name === "id" && (this.type || this.displayName)) ? bytes(value) : value;
});

// Everything of the answer that is bytes, under its name.
function plain({ id, type, response }) {
  const said = { transports: response.getTransports?.() };
  for (const name in response) if (response[name]?.byteLength) said[name] = text(response[name]);
  return { id, rawId: id, type, response: said, clientExtensionResults: {} };
}

async function ask(form) {
  const answer = await nod.post(form.dataset.optionsUrl, new URLSearchParams(new FormData(form)));
  if (!answer.ok) throw answer;
  return navigator.credentials[form.dataset.passkey]({ publicKey: parsed(await answer.text()) });
}

let asking = false;
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const field = form.matches("[data-passkey]") && form.elements.namedItem("credential");
  if (!field || field.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (asking) return;
  asking = true;
  const button = event.submitter;
  try {
    field.value = JSON.stringify(plain(await ask(form)));
    form.requestSubmit(button);
  } catch {
    field.value = "";
    nod.toast({ text: nod.word("passkey"), tone: "warn" });
  }
  asking = false;
}, true);

addEventListener("pageshow", () => document.querySelectorAll("[data-passkey] [name=credential]").forEach((field) => { field.value = ""; }));
if (!window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach((form) => { form.hidden = true; });
