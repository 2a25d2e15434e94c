// A field for every long list; without this script the list is simply whole.
// data-search is what the field says, data-lines which elements are its lines, data-at where it stands.
for (const list of document.querySelectorAll("[data-search]")) {
  const usual = list.tagName === "TABLE" ? "tbody > tr" : ":scope > li";
  const lines = [...list.querySelectorAll(list.dataset.lines ?? usual)];
  const place = list.dataset.at && document.querySelector(list.dataset.at);
  const field = document.createElement("input");
  const count = document.createElement("span");
  const box = document.createElement("p");
  field.type = "search";
  field.className = "input";
  field.placeholder = list.dataset.search;
  field.setAttribute("aria-label", list.dataset.search);
  count.className = "note";
  count.setAttribute("role", "status");
  box.className = "filter";
  box.append(count, field);
  if (place) place.append(box);
  else list.before(box);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    for (const line of lines) {
      line.hidden = wanted !== "" && !line.textContent.toLowerCase().includes(wanted);
      shown += !line.hidden;
      const fold = wanted === "" ? null : line.closest("details.more");
      if (fold && !line.hidden) fold.open = true;
    }
    count.textContent = wanted === "" ? "" : `${shown} of ${lines.length}`;
  });
}
