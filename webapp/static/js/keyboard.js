// The keyboard never covers the field: where it lies over the page (iOS), tabs go, the dock rises, the field is in sight.
const view = visualViewport;

function fit() {
  const covered = Math.max(0, innerHeight - view.height - view.offsetTop);
  const typing = covered > 120 && view.scale < 1.05;
  document.documentElement.classList.toggle("typing", typing);
  document.documentElement.style.setProperty("--keyboard", `${typing ? covered : 0}px`);
  const field = document.activeElement;
  if (!typing || !field?.matches("input, textarea, select")) return;
  const { bottom } = field.getBoundingClientRect();
  if (bottom > view.height + view.offsetTop - 60) field.scrollIntoView({ block: "center" });
}

view?.addEventListener("resize", fit);
