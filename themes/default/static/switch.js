// Larger type, dark or light, as the reader likes; a figure gets its address when it is pressed.
(() => {
  const root = document.documentElement, words = document.currentScript.dataset;
  const kept = (key, value) => {
    try {
      return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value);
    } catch { /* not kept, where nothing may be */ }
  };
  const show = (key, value) => value ? root.dataset[key] = value : delete root.dataset[key];
  show("mode", kept("mode"));
  show("theme", kept("theme"));
  addEventListener("DOMContentLoaded", () => {
    const box = document.createElement("p");
    box.className = "switches";
    const button = (text, on, press) => {
      const made = document.createElement("button");
      const draw = () => made.setAttribute("aria-pressed", on());
      made.type = "button";
      made.textContent = text;
      made.onclick = () => { press(!on()); draw(); };
      draw();
      box.append(made);
    };
    const set = (key, value) => { show(key, value); kept(key, value); };
    const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
    button(words.elder, () => root.dataset.mode === "elder", on => set("mode", on ? "elder" : ""));
    button(words.dark, dark, on => set("theme", on ? "dark" : "light"));
    document.querySelector("header.site .wrap").append(box);
    let asked = !words.cell;
    const cell = () => {
      if (asked || !document.querySelector("td:target")) return;
      asked = true;
      const script = document.createElement("script");
      Object.assign(script.dataset, words);
      script.src = words.cell;
      document.head.append(script);
    };
    for (const when of ["hashchange", "load"]) addEventListener(when, cell);
    addEventListener("click", event => {
      const of = event.target.closest("td[data-cell]");
      if (of && !String(getSelection())) location.hash = of.id;
    });
  });
})();
