// <form data-passkey="get|create" data-options-url="…"> with a hidden field "credential": the browser's answer is put
// into the field and the form is sent like any other. Hidden where the browser has no passkeys.
// JSON of either kind is read and written by the browser itself; one that cannot signs in with the code.
async function ask({ dataset: { passkey, optionsUrl } }, body) {
  const answer = await nod.post(optionsUrl, body);
  if (!answer.ok) throw answer;
  const read = `parse${passkey === "get" ? "Request" : "Creation"}OptionsFromJSON`;
  return navigator.credentials[passkey]({ publicKey: PublicKeyCredential[read](await answer.json()) });
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
    field.value = JSON.stringify(await ask(form, new URLSearchParams(new FormData(form))));
    form.requestSubmit(button);
  } catch {
    field.value = "";
    nod.toast({ text: nod.word("passkey"), tone: "warn" });
  }
  asking = false;
}, true);

addEventListener("pageshow", () => document.querySelectorAll("[data-passkey] [name=credential]").forEach((field) => { field.value = ""; }));
if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) document.querySelectorAll("[data-passkey]").forEach((form) => { form.hidden = true; });
