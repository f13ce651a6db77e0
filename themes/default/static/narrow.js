// Narrows and orders the list of agencies in place. Everything it needs stands in the page;
// without it the list is whole. An address such as ?kind=department&state=late is kept.
(() => {
  const form = document.getElementById("narrow");
  const state = document.getElementById("narrowed");
  const groups = [...document.querySelectorAll(".roll")].map(group => ({
    id: group.getAttribute("aria-labelledby").replace("kind-", ""),
    section: group.closest("section"),
    body: group.querySelector("tbody"),
    rows: [...group.querySelectorAll("tbody tr")].map((row, at) => ({
      row, at,
      name: row.cells[0].firstElementChild.textContent + " " + row.dataset.agency,
      region: row.cells[0].lastElementChild.textContent,
      years: [...row.cells[1].firstElementChild.children].map(mark => ({
        year: mark.textContent.slice(0, 4),
        states: [mark.className, mark.querySelector("b") ? "doubt" : "", mark.className === "late" ? "published" : ""],
      })),
      figure: Number(row.cells[2].textContent.replaceAll(",", "")),
    })),
  }));
  const ORDERS = {
    "": (a, b) => a.at - b.at,
    region: (a, b) => a.region.localeCompare(b.region, document.documentElement.lang) || a.at - b.at,
    figure: (a, b) => b.figure - a.figure || a.at - b.at,
  };

  const apply = () => {
    const asked = Object.fromEntries(new FormData(form));
    const words = asked.name.trim().toLowerCase();
    const wanted = (group, one) =>
      (!asked.kind || group.id === asked.kind)
      && (!asked.region || one.region === asked.region)
      && one.name.toLowerCase().includes(words)
      && (!(asked.year || asked.state) || one.years.some(mark =>
        (!asked.year || mark.year === asked.year) && mark.states.includes(asked.state || mark.states[0]) && mark.year));
    let shown = 0, of = 0;
    for (const group of groups) {
      let here = 0;
      group.rows.toSorted(ORDERS[asked.sort] ?? ORDERS[""]).forEach(one => {
        one.row.hidden = !wanted(group, one);
        here += !one.row.hidden;
        group.body.append(one.row);
      });
      group.section.hidden = !here;
      shown += here;
      of += group.rows.length;
    }
    const narrowed = Object.values(asked).some(Boolean);
    state.textContent = narrowed ? state.dataset.shown.replace("{n}", shown).replace("{of}", of) : "";
    return asked;
  };

  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.hidden = false;
  form.addEventListener("input", () => {
    const asked = Object.entries(apply()).filter(([, value]) => value);
    try {
      history.replaceState(null, "", asked.length ? "?" + new URLSearchParams(asked) : location.pathname);
    } catch {
      // From a disk some browsers keep the address as it is; the list is narrowed all the same.
    }
  });
  form.addEventListener("submit", event => event.preventDefault());
  apply();
})();
