// The citation of the figure that the address names: what it says, where it stands, and the
// way to its past. Loaded when somebody asks for a figure; without it the address works too.
(() => {
  const [comma, colon, copyIt, past, closeIt] = document.currentScript.dataset.words.split("|");
  let bar;

  // The header cells above and before a cell, spans counted.
  const headers = cell => {
    const rows = [...cell.closest("table").rows], grid = rows.map(() => []);
    rows.forEach((row, y) => [...row.cells].forEach(one => {
      let x = 0;
      while (grid[y][x]) x++;
      for (let down = 0; down < one.rowSpan; down++) for (let on = 0; on < one.colSpan; on++) grid[y + down][x + on] = one;
    }));
    const y = rows.indexOf(cell.parentNode), x = grid[y].indexOf(cell);
    const text = all => [...new Set(all)].filter(one => one.tagName === "TH").map(one => one.textContent.trim());
    return [text(grid[y].slice(0, x)).join(" / "), text(grid.slice(0, y).map(row => row[x])).join(" / ")].filter(Boolean);
  };

  const make = (tag, of, ...inside) => {
    const made = Object.assign(document.createElement(tag), of);
    made.append(...inside);
    return made;
  };

  // The address is that of the page again, and the reader stays where they are.
  const hide = () => {
    bar?.remove();
    history.replaceState(null, "", location.pathname + location.search);
  };

  const show = () => {
    bar?.remove();
    const cell = document.querySelector("td[data-cell]:target");
    if (!cell) return;
    const table = cell.closest("table"), title = document.querySelector("h1").textContent.trim();
    const name = [title, table.caption.textContent.trim(), ...headers(cell)].join(comma);
    const url = document.querySelector("link[rel=canonical]").href + "#" + cell.id;
    const text = name + colon + cell.textContent.trim();
    const copy = make("button", { type: "button" }, copyIt);
    copy.onclick = async () => {
      const done = await navigator.clipboard?.writeText(text + " " + url).then(() => true, () => false);
      if (!done) getSelection().selectAllChildren(cite);
      if (done) copy.textContent = copyIt + " ✓";
    };
    const cite = make("span", {}, text, " ", make("a", { href: url }, url));
    const series = make("a", { href: "../figures/index.html#" + cell.id }, past);
    const close = make("button", { type: "button" }, closeIt);
    close.onclick = hide;
    bar = make("div", { className: "notice" }, make("p", { className: "switches" }, copy, series, close), make("p", { role: "status" }, cite));
    bar.setAttribute("data-cite", cell.dataset.cell);
    Object.assign(bar.style, { position: "sticky", bottom: "0", background: "var(--paper)", maxHeight: "50vh", overflow: "auto" });
    cell.closest(".tables").append(bar);
  };
  addEventListener("hashchange", show);
  addEventListener("keydown", event => event.key === "Escape" && bar?.isConnected && hide());
  show();
})();
