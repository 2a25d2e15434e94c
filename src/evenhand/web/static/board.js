// Keys, drops and previews on top of pages that work without any of it. Nothing here holds state that a
// reload would lose; every change is one of the page's own forms.
(() => {
  "use strict";
  const editing = (node) => node.closest && node.closest("input, select, textarea, [contenteditable]");
  const inBoard = (node) => node && node.closest && node.closest("[data-board]");
  const press = (key) => {
    const button = document.querySelector(`[data-key="${key}"]`);
    if (button) button.click();
    return Boolean(button);
  };
  const cells = () => [...document.querySelectorAll("[data-cell]")];
  const move = (from, dx, dy) => {
    const box = from.getBoundingClientRect();
    let best = null;
    let bestCost = Infinity;
    for (const cell of cells()) {
      if (cell === from) continue;
      const other = cell.getBoundingClientRect();
      const x = other.left + other.width / 2 - box.left - box.width / 2;
      const y = other.top + other.height / 2 - box.top - box.height / 2;
      const along = x * dx + y * dy;
      const across = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 4) continue;
      const cost = along + 3 * across;
      if (cost < bestCost) { bestCost = cost; best = cell; }
    }
    if (best) focusCell(best);
  };
  const focusCell = (cell) => {
    for (const other of cells()) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };
  const roving = () => {
    const all = cells();
    const chosen = all.find((cell) => cell.getAttribute("aria-current") === "true") || all[0];
    for (const cell of all) cell.tabIndex = cell === chosen ? 0 : -1;
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const node = event.target;
    if (event.key === "Escape") { clearPreview(); return; }
    if (editing(node)) return;
    if (node.matches && node.matches("[data-cell]") && arrows[event.key]) {
      event.preventDefault();
      move(node, ...arrows[event.key]);
      return;
    }
    if (node.matches && node.matches("[data-cell]") && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      const all = cells();
      focusCell(event.key === "Home" ? all[0] : all[all.length - 1]);
      return;
    }
    if (event.key === "?") { const link = document.querySelector("[data-help]"); if (link) { event.preventDefault(); link.click(); } return; }
    // letters act only while the board has the focus, so that speech input and readers are left alone
    if (!inBoard(node) || document.documentElement.dataset.letters === "off") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    const named = event.shiftKey && key === "z" ? "redo" : { p: "pin", f: "forbid", l: "lock", z: "undo", r: "again", "/": "search" }[key];
    if (named && press(named)) { event.preventDefault(); return; }
    if (/^[1-5]$/.test(key) && press(`tab${key}`)) event.preventDefault();
  });
  // what a choice would move, shown in the grid itself before it is made
  const clearPreview = () => { for (const node of document.querySelectorAll(".would")) node.classList.remove("would"); const line = document.querySelector("[data-looking]"); if (line) line.hidden = true; };
  const preview = (event) => {
    const node = event.target.closest && event.target.closest("[data-moves]");
    clearPreview();
    if (!node) return;
    for (const item of node.dataset.moves.split(" ")) {
      const card = item && document.querySelector(`[data-item="${CSS.escape(item)}"]`);
      if (card) card.classList.add("would");
    }
    const line = document.querySelector("[data-looking]");
    if (line) { line.hidden = false; line.querySelector("[data-looking-text]").textContent = node.dataset.looking || ""; }
  };
  document.addEventListener("mouseover", preview);
  document.addEventListener("focusin", preview);
  // the slider over solved points moves without asking anybody
  document.addEventListener("input", (event) => {
    const range = event.target;
    if (!range.matches || !range.matches("[data-frontier]")) return;
    const points = [...document.querySelectorAll("[data-point]")];
    points.forEach((point, at) => point.classList.toggle("on", at === Number(range.value)));
    const point = points[Number(range.value)];
    if (!point) return;
    range.setAttribute("aria-valuetext", point.dataset.said);
    const said = document.querySelector("[data-frontier-said]");
    if (said) said.textContent = point.dataset.said;
    const field = document.querySelector("[data-frontier-lam]");
    if (field) field.value = point.dataset.lam;
  });
  // files dropped anywhere on the drop card go into its form
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const card = event.target.closest && event.target.closest("[data-drop]");
      if (!card) return;
      event.preventDefault();
      card.classList.toggle("over", name === "dragover");
      const field = card.querySelector('input[type="file"]');
      if (name === "drop" && field && event.dataTransfer.files.length) { field.files = event.dataTransfer.files; field.form.requestSubmit(); }
    });
  }
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches && field.matches("[data-submit]")) field.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const handle = event.target.closest && event.target.closest(".handle");
    if (handle) { const open = handle.parentElement.classList.toggle("peek"); handle.setAttribute("aria-expanded", String(!open)); }
  });
  // a plan that is being made: news by the stream, then the page anew
  document.addEventListener("htmx:sseMessage", (event) => {
    if (["over", "failed"].includes(event.detail.type)) window.location.reload();
  });
  document.addEventListener("DOMContentLoaded", roving);
  document.addEventListener("htmx:afterSettle", roving);
})();
