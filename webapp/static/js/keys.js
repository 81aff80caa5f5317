// Single keys for the desktop: data-key-action="a" is pressed with A; in the inbox J and K go from row to row, and Enter
// opens one. Off when the person turned them off.
document.addEventListener("keydown", (event) => {
  if (!document.body.hasAttribute("data-shortcuts") || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (!/^[a-z]$/.test(key)) return;
  const wanted = document.querySelectorAll(`[data-key-action="${key}"]`);
  const rows = [...document.querySelectorAll("#inbox a.q")];
  const here = document.activeElement.closest("a.q") || document.querySelector("#inbox [aria-current]");
  const target = [...wanted].find((part) => !part.disabled && part.checkVisibility?.() !== false) || rows[rows.indexOf(here) + { j: 1, k: -1 }[key]];
  if (!target) return;
  event.preventDefault();
  if (target.matches("a.q")) target.focus();
  else target.click();
});
