// <nod-upload data-url="…" data-into="#media">: pictures picked, dropped or pasted are sent at once, each with progress;
// the answer (a fragment) is added to data-into. The file field inside works by itself without scripts.
const LARGEST = 2e7;

function fail(line, text) {
  line.className = "up bad";
  line.textContent = text;
  nod.say(text, true);
  setTimeout(() => line.remove(), 20000);
}

function settle({ status, responseText: said }, redirect, done, lost) {
  if (status < 300) return done(said);
  if (redirect) location.href = redirect;
  const { text, detail } = nod.problem(said);
  return lost(said.length < 300 && !said.includes("<") ? said : detail || text);
}

class Upload extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector(".drop") || this;
    const field = this.field = this.querySelector('input[type="file"]');
    field.onchange = () => {
      const files = [...field.files];
      field.value = "";
      this.all(files);
    };
    for (const kind of ["dragover", "dragleave", "drop"]) {
      area.addEventListener(kind, (event) => {
        event.preventDefault();
        area.classList.toggle("over", kind === "dragover");
        if (kind === "drop") this.all(event.dataTransfer.files);
      });
    }
    this.pasted = (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); this.all(event.clipboardData.files); } };
    document.addEventListener("paste", this.pasted);
  }

  disconnectedCallback() { document.removeEventListener("paste", this.pasted); }

  async all(files) {
    for (const file of files) await this.one(file);
  }

  one(file) {
    const { name } = file, line = nod.make("p", { className: "up" });
    line.append(nod.make("span", { textContent: nod.word("uploading", { name }) }));
    this.append(line);
    if (!file.type.startsWith("image/")) return fail(line, nod.word("not_picture", { name }));
    if (file.size > LARGEST) return fail(line, nod.word("too_large", { name }));
    return this.send(file, line).then((html) => { line.remove(); this.add(html); }, (text) => fail(line, text));
  }

  send(file, line) {
    const bar = nod.make("progress", { max: 1, value: 0, ariaLabel: line.textContent });
    line.append(bar);
    return new Promise((done, lost) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append(this.field.name, file, file.name);
      request.open("POST", this.dataset.url);
      for (const [header, value] of [["X-Nod", "1"], ["HX-Request", "true"], ["Idempotency-Key", nod.key()]]) request.setRequestHeader(header, value);
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
      request.onload = () => settle(request, request.getResponseHeader("HX-Redirect"), done, lost);
      request.onerror = () => lost(nod.word("offline"));
      request.send(data);
    });
  }

  add(html) {
    const into = document.querySelector(this.dataset.into);
    if (!into) return;
    htmx.swap({ sourceElement: this, target: into, text: html, swap: "beforeend" });
    into.dispatchEvent(new Event("change", { bubbles: true }));
    nod.say(nod.word("done"));
  }
}

customElements.define("nod-upload", Upload);
