// Single keys for the desktop: data-key-action="a" is pressed with A. Off when the person turned them off.
document.addEventListener("keydown", (event) => {
  if (!document.body.hasAttribute("data-shortcuts") || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]")) return;
  if (!/^[a-z]$/i.test(event.key)) return;
  const wanted = document.querySelectorAll(`[data-key-action="${event.key.toLowerCase()}"]`);
  const target = [...wanted].find((part) => !part.disabled && part.checkVisibility?.() !== false);
  if (!target) return;
  event.preventDefault();
  target.click();
});
