// A page from the device says so, and when it was seen: <body data-stored="<milliseconds>">.
const at = Number(document.body.dataset.stored);

// "12:40", with its day when that was another one.
nod.clock = (when) => {
  const today = new Date(when).toDateString() === new Date().toDateString();
  const day = today ? {} : { weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang.split("-x")[0], { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(when);
};
nod.old = (when) => Date.now() - when > 864e5;

if (at) {
  const line = nod.make("p", { className: "wrap seen", textContent: nod.word("seen", { time: nod.clock(at) }) });
  line.classList.toggle("old", nod.old(at));
  document.querySelector("header.top")?.append(line);
} else if (navigator.onLine) {
  // The app's icon counts what the tab does; where nobody is signed in, nothing waits.
  navigator.setAppBadge?.(document.getElementById("count-approvals")?.dataset.n || 0).catch(() => {});
}
