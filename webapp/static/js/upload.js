// <nod-upload data-url="…" data-into="#media">: pictures picked, dropped or pasted are sent at once, each with progress;
// the answer (a fragment) is added to data-into. The file field inside works by itself without scripts.
const LARGEST = 20 * 1000 * 1000;

class Upload extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector('input[type="file"]');
    this.area = this.querySelector(".drop") || this;
    this.field.onchange = () => this.take(this.field);
    for (const kind of ["dragover", "dragleave", "drop"]) {
      this.area.addEventListener(kind, (event) => {
        event.preventDefault();
        this.area.classList.toggle("over", kind === "dragover");
        if (kind === "drop") this.all(event.dataTransfer.files);
      });
    }
    this.pasted = (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); this.all(event.clipboardData.files); } };
    document.addEventListener("paste", this.pasted);
  }

  disconnectedCallback() { document.removeEventListener("paste", this.pasted); }

  take(field) {
    const files = [...field.files];
    field.value = "";
    this.all(files);
  }

  async all(files) {
    for (const file of files) await this.one(file);
  }

  one(file) {
    const line = nod.make("p", { className: "up" });
    line.append(nod.make("span", { textContent: nod.word("uploading", { name: file.name }) }));
    this.append(line);
    if (!file.type.startsWith("image/")) return this.fail(line, nod.word("not_picture", { name: file.name }));
    if (file.size > LARGEST) return this.fail(line, nod.word("too_large", { name: file.name }));
    return this.send(file, line).then((html) => { line.remove(); this.add(html); }, (text) => this.fail(line, text));
  }

  send(file, line) {
    const bar = nod.make("progress", { max: 1, value: 0, ariaLabel: line.textContent });
    line.append(bar);
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      const data = new FormData();
      data.append(this.field.name, file, file.name);
      request.open("POST", this.dataset.url);
      for (const [header, value] of [["X-Nod", "1"], ["HX-Request", "true"], ["Idempotency-Key", nod.key()]]) request.setRequestHeader(header, value);
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
      request.onload = () => this.settle(request, done, fail);
      request.onerror = () => fail(nod.word("offline"));
      request.send(data);
    });
  }

  settle(request, done, fail) {
    const { status, responseText: said } = request;
    if (status < 300) return done(said);
    const redirect = request.getResponseHeader("HX-Redirect");
    if (redirect) location.href = redirect;
    const { text, detail } = nod.problem(said);
    return fail(said.length < 300 && !said.includes("<") ? said : detail || text);
  }

  add(html) {
    const into = document.querySelector(this.dataset.into);
    if (!into) return;
    htmx.swap({ sourceElement: this, target: into, text: html, swap: "beforeend" });
    into.dispatchEvent(new Event("change", { bubbles: true }));
    nod.say(nod.word("done"));
  }

  fail(line, text) {
    line.className = "up bad";
    line.textContent = text;
    nod.say(text, true);
    setTimeout(() => line.remove(), 20000);
  }
}

customElements.define("nod-upload", Upload);
