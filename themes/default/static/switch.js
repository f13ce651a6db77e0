// Type and colours; cited figures.
(() => {
  const root = document.documentElement, words = document.currentScript.dataset;
  const show = (key, value) => value ? root.dataset[key] = value : delete root.dataset[key];
  const tried = attempt => { try { attempt(); } catch {} };
  tried(() => ["mode", "theme"].forEach(key => show(key, localStorage[key])));
  addEventListener("DOMContentLoaded", () => {
    const box = document.createElement("p");
    box.className = "switches";
    const button = (key, text, on, values) => {
      const made = document.createElement("button");
      const draw = () => made.setAttribute("aria-pressed", on());
      made.type = "button";
      made.textContent = text;
      made.onclick = () => {
        const value = values[on() ? 0 : 1];
        show(key, value);
        tried(() => { localStorage[key] = value; });
        draw();
      };
      draw();
      box.append(made);
    };
    button("mode", words.elder, () => root.dataset.mode === "elder", ["", "elder"]);
    button("theme", words.dark, () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches, ["light", "dark"]);
    document.querySelector("header.site .wrap").append(box);
    let cell = words.cell;
    const cite = () => {
      if (!cell || !document.querySelector("td:target")) return;
      const script = document.createElement("script");
      Object.assign(script.dataset, words);
      script.src = cell;
      document.head.append(script);
      cell = "";
    };
    for (const when of ["hashchange", "load"]) addEventListener(when, cite);
    addEventListener("click", event => {
      const of = event.target.closest("td[data-cell]");
      if (of && !String(getSelection())) location.hash = of.id;
    });
  });
})();
