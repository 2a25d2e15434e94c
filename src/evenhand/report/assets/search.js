// A field before every long list; without this script the list is simply whole.
for (const list of document.querySelectorAll("[data-search]")) {
  const field = document.createElement("input");
  const lines = [...list.querySelectorAll(list.tagName === "TABLE" ? "tbody > tr" : ":scope > li")];
  const count = document.createElement("span");
  const box = document.createElement("p");
  field.type = "search";
  field.className = "input";
  field.placeholder = list.dataset.search;
  field.setAttribute("aria-label", list.dataset.search);
  count.className = "note";
  count.setAttribute("role", "status");
  box.className = "filter";
  box.append(field, count);
  list.before(box);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    for (const line of lines) {
      line.hidden = wanted !== "" && !line.textContent.toLowerCase().includes(wanted);
      shown += !line.hidden;
    }
    count.textContent = wanted === "" ? "" : `${shown} of ${lines.length}`;
  });
}
