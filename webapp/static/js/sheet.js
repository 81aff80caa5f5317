// data-sheet="<id>" opens that dialog instead of following its link; a tap outside closes it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-sheet]");
  const sheet = opener && document.getElementById(opener.dataset.sheet);
  if (sheet?.showModal) {
    event.preventDefault();
    sheet.showModal();
  } else if (event.target.matches?.("dialog.sheet") && outside(event, event.target)) {
    event.target.close();
  }
});

function outside(event, dialog) {
  const box = dialog.getBoundingClientRect();
  return event.clientY < box.top || event.clientY > box.bottom || event.clientX < box.left || event.clientX > box.right;
}

// a menu closes when something in it was chosen
document.addEventListener("click", (event) => {
  const menu = event.target.closest?.("a, button")?.closest("[popover].menu");
  if (menu?.matches(":popover-open")) menu.hidePopover();
});
