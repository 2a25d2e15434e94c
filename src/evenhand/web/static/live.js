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
  // kept in the browser, as it is about this keyboard: speech input may need the letters to be off
  const letters = () => { try { return localStorage.getItem("evenhand letters"); } catch { return null; } };
  const lettersButton = () => {
    const button = document.querySelector("[data-letters]");
    if (!button) return;
    button.hidden = false;
    button.textContent = letters() === "off" ? button.dataset.off : button.dataset.on;
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const node = event.target;
    if (event.key === "Escape") { clearPreview(); for (const box of document.querySelectorAll(".chip-box")) { box.classList.remove("open"); box.classList.add("shut"); } return; }
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
    if (event.key === "/") { const field = document.querySelector("[data-find]"); if (field) { event.preventDefault(); field.focus(); field.select(); } return; }
    // letters act only while the board has the focus, so that speech input and readers are left alone
    if (!inBoard(node) || letters() === "off") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    const named = event.shiftKey && key === "z" ? "redo" : { p: "pin", f: "forbid", l: "lock", z: "undo", r: "again", }[key];
    if (named && press(named)) { event.preventDefault(); return; }
    if (/^[1-5]$/.test(key) && press(`tab${key}`)) event.preventDefault();
  });
  // what a choice would move, shown in the grid itself before it is made
  const looking = (text) => { const line = document.querySelector("[data-looking]"); if (line) line.textContent = text; };
  const mark = (items) => {
    for (const node of document.querySelectorAll(".would-move")) node.classList.remove("would-move");
    for (const item of items) {
      const card = document.querySelector(`[data-item="${CSS.escape(item)}"]`);
      if (card) card.classList.add("would-move");
    }
  };
  let shown = false;
  const clearPreview = () => { if (shown) { mark([]); looking(""); shown = false; } };
  const preview = (event) => {
    const node = event.target.closest && event.target.closest("[data-moves]");
    if (!node || node.matches("[data-point]")) { if (!held && !document.querySelector("[data-sliders]:focus-within")) clearPreview(); return; }
    mark(JSON.parse(node.dataset.moves));
    looking(node.dataset.said || "");
    shown = true;
  };
  document.addEventListener("mouseover", preview);
  document.addEventListener("focusin", preview);
  document.addEventListener("mouseout", (event) => { const box = event.target.closest && event.target.closest(".chip-box.shut"); if (box && !box.contains(event.relatedTarget)) box.classList.remove("shut"); });
  // the sliders move over solved plans without asking anybody; the board marks what would change hands
  document.addEventListener("input", (event) => {
    const range = event.target;
    if (!range.matches || !range.matches("[data-frontier]")) return;
    const place = (name) => { const one = document.querySelector(`[data-frontier="${name}"]`); return one ? Number(one.value) : 0; };
    const row = place("step");
    const chosen = `${row}.${place("lam")}`;
    for (const line of document.querySelectorAll("[data-line]")) line.classList.toggle("off", Number(line.dataset.line) !== row);
    let point = null;
    for (const one of document.querySelectorAll("[data-point]")) {
      const here = one.dataset.point === chosen;
      one.classList.toggle("off", !one.dataset.point.startsWith(`${row}.`));
      one.classList.toggle("dot", here);
      one.classList.toggle("ring", !here);
      if (here) point = one;
    }
    if (!point) return;
    point.parentNode.append(point); // drawn last, so that no ring covers it
    const [drop, label] = ["[data-drop]", "[data-label]"].map((name) => point.parentNode.querySelector(name));
    const [x, y] = ["cx", "cy"].map((name) => Number(point.getAttribute(name)));
    if (drop) drop.setAttribute("d", `M${x} ${y}V152`);
    if (label) {
      label.textContent = point.dataset.tag;
      for (const [name, value] of [["x", x], ["y", Math.max(20, y - 10)], ["text-anchor", x > 188 ? "end" : "start"]]) label.setAttribute(name, value);
      point.parentNode.append(label);
    }
    for (const name of ["lam", "step"]) {
      const out = document.querySelector(`[data-out="${name}"]`);
      if (out) out.textContent = point.dataset[name];
      const slider = document.querySelector(`[data-frontier="${name}"]`);
      if (slider) slider.setAttribute("aria-valuetext", point.dataset[name]);
      const field = document.querySelector(`[data-frontier-${name}]`);
      if (field) field.value = point.dataset[name];
    }
    const said = document.querySelector("[data-frontier-said]");
    if (said) said.textContent = point.dataset.said;
    mark(JSON.parse(point.dataset.moves));
    shown = true;
  });
  // a name looked for on the board: what does not match steps back; without script the form goes to the first
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches || !field.matches("[data-find]")) return;
    const wanted = field.value.trim().toLowerCase();
    for (const cell of cells()) cell.classList.toggle("dim", Boolean(wanted) && !(cell.dataset.name || "").toLowerCase().includes(wanted));
  });
  // dragging is an addition: a card onto another taker, a turn onto another person, a person onto another.
  // What it would cost is asked while it hovers; dropping it takes the step that the panel's button takes.
  let held = null;
  let over = null;
  const plan = () => window.location.pathname;
  const dropped = (target) => {
    const from = JSON.parse(held.dataset.drag);
    const to = JSON.parse(target.dataset.drag);
    if (from.length === 3) return to[1] === from[1] ? null : { kind: "pin", names: [from[0], to[1], from[2]] };
    if (document.querySelector(".grid")) return to[0] === from[0] && to[1] !== from[1] ? { kind: "pin", names: [from[0], to[1]] } : null;
    return to[1] === from[1] ? null : { kind: "swap", names: [from[0], to[1], to[0], from[1]] };
  };
  const endDrag = () => {
    for (const node of document.querySelectorAll(".held, .goal")) node.classList.remove("held", "goal");
    held = over = null;
    shown = true;
    clearPreview();
  };
  document.addEventListener("dragstart", (event) => {
    const node = event.target.closest && event.target.closest("[data-drag]");
    if (!node) return;
    held = node;
    node.classList.add("held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", node.dataset.name || "");
  });
  document.addEventListener("dragover", (event) => {
    const target = held && event.target.closest && event.target.closest("[data-drag]");
    const step = target && dropped(target);
    if (!step) return;
    event.preventDefault();
    if (target === over) return;
    if (over) over.classList.remove("goal");
    over = target;
    target.classList.add("goal");
    const asked = new URLSearchParams({ kind: step.kind });
    for (const name of step.names) asked.append("names", name);
    fetch(`${plan()}/effect?${asked}`).then((answer) => (answer.ok ? answer.json() : null)).then((found) => {
      if (!found || over !== target) return;
      mark(found.moved);
      looking(found.said);
      shown = true;
    }).catch(() => {});
  });
  document.addEventListener("drop", (event) => {
    const target = held && event.target.closest && event.target.closest("[data-drag]");
    const step = target && dropped(target);
    if (!step) return;
    event.preventDefault();
    const known = document.querySelector('[data-board] input[name="version"]');
    const form = document.createElement("form");
    form.method = "post";
    form.action = `${plan()}/steps`;
    const add = (name, value) => { const field = document.createElement("input"); field.type = "hidden"; field.name = name; field.value = value; form.append(field); };
    add("version", known ? known.value : "0");
    add("kind", step.kind);
    for (const name of step.names) add("names", name);
    add("at", step.kind === "pin" && step.names.length === 2 ? step.names.join("|") : step.names[0]);
    add("tab", "why");
    endDrag();
    document.getElementById("page").append(form);
    if (window.htmx) window.htmx.process(form);
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => { if (held) endDrag(); });
  // a dropped folder's files; a browser gives its entries a hundred at a time until none is left
  const filesIn = async (entries) => {
    const files = [];
    for (const entry of entries) {
      if (entry.isFile) { files.push(await new Promise((done, failed) => entry.file(done, failed))); continue; }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (!some.length) break;
        files.push(...await filesIn(some));
      }
    }
    return files;
  };
  // files dropped anywhere on the drop card go into its form
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const card = event.target.closest && event.target.closest("[data-drop]");
      if (!card) return;
      event.preventDefault();
      card.classList.toggle("over", name === "dragover");
      const field = card.querySelector('input[type="file"]');
      if (name === "drop" && field && event.dataTransfer.files.length) {
        const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry());
        const folder = entries.find((entry) => entry && entry.isDirectory);
        if (!folder) { field.files = event.dataTransfer.files; field.form.requestSubmit(); return; }
        filesIn(entries.filter(Boolean)).then((files) => {
          const all = new DataTransfer();
          for (const file of files) all.items.add(file);
          field.files = all.files;
          const called = document.createElement("input");
          Object.assign(called, { type: "hidden", name: "folder", value: entries.length === 1 ? folder.name : "" });
          field.form.append(called);
          field.form.requestSubmit();
        }).catch(() => {});
      }
    });
  }
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches && field.matches("[data-submit]")) field.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-letters]");
    if (button) { try { localStorage.setItem("evenhand letters", letters() === "off" ? "on" : "off"); } catch { /* a browser that keeps nothing keeps the keys on */ } lettersButton(); return; }
    // a tap opens the chip's card where there is no pointer to hover with
    const chip = event.target.closest && event.target.closest(".chip-box");
    for (const box of document.querySelectorAll(".chip-box")) { if (box !== chip) box.classList.remove("open"); }
    if (chip && event.target.closest(".chip")) { chip.classList.remove("shut"); chip.classList.toggle("open"); }
    for (const menu of document.querySelectorAll("details.menu[open]")) { if (!menu.contains(event.target)) menu.open = false; }
    const handle = event.target.closest && event.target.closest(".handle");
    if (handle) { const open = handle.parentElement.classList.toggle("peek"); handle.setAttribute("aria-expanded", String(!open)); }
  });
  // a page that is fetched anew because its plan is over keeps what was typed meanwhile
  let typed = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    typed = [];
    if (!asked || !asked.matches("[data-over]")) return;
    for (const field of document.querySelectorAll("#page input[id]:not([type=hidden]), #page textarea[id]")) {
      if (field.value !== field.defaultValue) typed.push([field.id, field.value]);
    }
  });
  const settled = () => {
    for (const [id, value] of typed) {
      const field = document.getElementById(id);
      if (field) field.value = value;
    }
    typed = [];
    roving();
    lettersButton();
    // from here keys, drops and buttons act on this page
    document.documentElement.dataset.ready = "";
  };
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.target.id === "page") delete document.documentElement.dataset.ready; });
  document.addEventListener("htmx:afterRequest", (event) => { if (!event.detail.successful) settled(); });
  document.addEventListener("DOMContentLoaded", settled);
  document.addEventListener("htmx:afterSettle", settled);
})();
