// When htmx gets no answer, or a page where a part was expected: say so, and keep what was typed.
const quiet = (ctx) => !/submit|click/.test(ctx?.sourceEvent?.type);

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (ctx && !quiet(ctx)) nod.toast({ text: nod.word(ctx.full || "offline"), detail: nod.word(ctx.full && "full"), tone: "bad" });
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.response || !/^\s*<!doctype/i.test(ctx.text || "")) return;
  if (ctx.select && new DOMParser().parseFromString(ctx.text, "text/html").querySelector(ctx.select)) return;
  const { status, raw } = ctx.response;
  event.preventDefault();
  if (status === 409 || status === 422) nod.show(ctx.text);
  else if (status >= 400) quiet(ctx) || nod.toast({ ...nod.problem(ctx.text), tone: "bad" });
  else if (raw.redirected) location.assign(raw.url);
});

// What changed, or the form with its errors, came as a whole page: show it in place.
nod.show = (text) => {
  const sourceElement = document.body, target = document.querySelector(".frame");
  htmx.swap({ sourceElement, text, ...(target ? { target, select: ".frame", swap: "outerHTML" } : { target: sourceElement, swap: "innerHTML" }) });
  scrollTo(0, 0);
};
