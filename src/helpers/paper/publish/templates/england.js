(() => {
  "use strict";
  const table = document.getElementById("councils"), body = table.tBodies[0], rows = [...body.rows];
  const search = document.getElementById("search"), region = document.getElementById("region");
  const status = document.getElementById("status"), map = document.querySelector(".tiles");
  const tiles = new Map([...map.querySelectorAll("g[data-code]")].map(tile => [tile.dataset.code, tile]));
  const plain = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const filter = () => {
    const wanted = plain(search.value.trim());
    let shown = 0;
    for (const row of rows) {
      const fits = plain(row.dataset.name).includes(wanted) && (!region.value || row.dataset.region === region.value);
      row.hidden = !fits;
      tiles.get(row.id).classList.toggle("away", !fits);
      shown += fits;
    }
    status.textContent = `${shown} of ${rows.length} councils`;
  };
  const sort = (heading, column) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = row => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const sign = down ? -1 : 1, numeric = heading.dataset.kind === "number";
    rows.sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (numeric && (a === "" || b === "")) return (a === "") - (b === "");
      return sign * (numeric ? a - b : a.localeCompare(b, "en-GB"));
    });
    body.append(...rows);
  };
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    if (!heading.dataset.kind) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => sort(heading, column));
  });
  map.classList.add("live");
  map.addEventListener("click", event => {
    const tile = event.target.closest("g[data-code]");
    if (!tile) return;
    search.value = "";
    region.value = "";
    filter();
    location.hash = tile.dataset.code;
  });
  search.addEventListener("input", filter);
  region.addEventListener("change", filter);
  document.getElementById("tools").hidden = false;
  filter();
})();
