// data-read-url: the card counts as read once it was on a visible screen for 2 s. Prefetching never counts.
const LONG_ENOUGH = 2000;
const seen = new Set();

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(target.nodRead);
    if (isIntersecting) later(target);
  }
});

function later(card) {
  card.nodRead = setTimeout(read, LONG_ENOUGH, card);
}

function read(card) {
  if (!card.isConnected || seen.has(card.dataset.readUrl)) return;
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => later(card), { once: true });
    return;
  }
  seen.add(card.dataset.readUrl);
  observer.unobserve(card);
  nod.post(card.dataset.readUrl, null, { keepalive: true }).catch(() => seen.delete(card.dataset.readUrl));
}

function watch() {
  document.querySelectorAll("[data-read-url]").forEach((card) => observer.observe(card));
}

watch();
document.addEventListener("htmx:after:swap", watch);
