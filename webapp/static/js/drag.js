// A post that is dragged into a cell of the week ([data-drop]) leads to the page where it is moved, with that day filled
// in: the drop alone moves nothing, and the keyboard has the same page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const cell = event.target.closest?.("[data-drop]");
    if (!cell) return;
    event.preventDefault();
    const id = nod.about(event.dataTransfer.getData("text"));
    if (id) location = `/posts/${id}/move?${cell.dataset.drop}`;
  });
}
