// Sets any two reports side by side: ?a=AGENCY-YEAR&b=AGENCY-YEAR. Their figures, the forms
// that say what the figures are, and their texts are small files, loaded as scripts so that
// this works from a disk too.
(() => {
  const form = document.getElementById("compare");
  const place = document.getElementById("compared");
  const words = place.dataset;
  const { root, top, mark, texts } = form.dataset;
  const rows = [...document.querySelectorAll(".pairs tbody tr")];
  const agencies = new Map(rows.map(row =>
    [row.dataset.agency, { name: row.cells[0].textContent.trim(), years: row.dataset.years.trim().split(" ") }]));

  // Files: each calls back with its name and value.
  const waiting = new Map();
  const got = (name, value) => waiting.get(name)?.(value);
  window.gongkaiCompare = got;
  window.gongkaiSearch = got;
  const load = (name, address) => new Promise((done, failed) => {
    waiting.set(name, done);
    const script = document.createElement("script");
    script.src = `${address}?${mark}`;
    script.onerror = failed;
    document.head.append(script);
  });

  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };

  // Figures are exact decimals: reckoned as whole numbers of their smallest unit.
  const scaled = (text, places) => {
    const [whole, rest = ""] = text.replace("-", "").split(".");
    const number = BigInt(whole + rest.padEnd(places, "0"));
    return text.startsWith("-") ? -number : number;
  };
  const decimal = (number, places) => {
    const digits = String(number < 0n ? -number : number).padStart(places + 1, "0");
    const rest = digits.slice(digits.length - places).replace(/0+$/, "");
    return digits.slice(0, digits.length - places) + (places && rest ? "." + rest : "");
  };
  const isNumber = text => /^-?\d+(\.\d+)?$/.test(text);
  const places = list => Math.max(0, ...list.map(text => text.split(".")[1]?.length ?? 0));
  const sum = list => {
    if (list.length === 1) return list[0];
    if (!list.every(text => isNumber(text) || text === "")) return null;
    const digits = places(list);
    const all = list.reduce((all, text) => all + scaled(text || "0", digits), 0n);
    return (all < 0n ? "-" : "") + decimal(all, digits);
  };
  const changed = (before, after) => {
    if (before === null || after === null || !isNumber(before || "0") || !isNumber(after || "0")) return null;
    const digits = places([before, after]);
    const [old, now] = [before, after].map(text => scaled(text || "0", digits));
    const sign = now > old ? "+" : now < old ? "\u2212" : "";
    const size = now > old ? now - old : old - now;
    // Rounded half up in tenths of a percent.
    const tenths = old > 0n ? (size * 2000n + old) / (old * 2n) : null;
    return { text: sign + decimal(size, digits), percent: sign && tenths !== null ? `${sign}${decimal(tenths * 10n, 2).replace(/^(\d+)$/, "$1.0")}%` : "" };
  };
  const grouped = text => text.replace(/^-?\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ","));

  // Every figure of the one with that of the other, by the form that knows the other.
  const side = (one, table, cells) => {
    const figures = one.data.tables[table]?.split("\t");
    return figures ? sum(cells.map(cell => figures[cell] ?? "")) : null;
  };
  const figures = (a, b) => {
    const same = a.data.form === b.data.form;
    // The newer form says what it continues of the older.
    const byB = same || b.form.from >= a.form.from;
    const [from, other] = byB ? [b, a] : [a, b];
    const origins = same ? null : from.form.others[other.data.form];
    return from.form.tables.map((table, at) => {
      const found = { title: table.title, unit: table.unit, rows: [], zeros: 0 };
      const put = (label, own, others) => {
        const [before, after] = byB ? [others, own] : [own, others];
        const nothing = text => !text || /^([0.]+|\/)$/.test(text);
        if (nothing(before) && nothing(after)) found.zeros += 1;
        else found.rows.push({ label, before, after, change: changed(before, after) });
      };
      const named = from.data.rows[at], width = table.labels.length;
      // Rows that every agency names for itself are one where they have one id.
      if (named) {
        const there = new Map((same && other.data.rows[at] || []).map(([id, name], row) => [id, { name, row }]));
        const figure = (one, row, column) => row < 0 ? null : side(one, at, [row * width + column]);
        const line = (name, row, others) => table.labels.forEach((label, column) =>
          put(`${name} · ${label}`, figure(from, row, column), figure(other, others, column)));
        named.forEach(([id, name], row) => {
          line(name, row, there.get(id)?.row ?? -1);
          there.delete(id);
        });
        there.forEach(({ name, row }) => line(name, -1, row));
        return found;
      }
      table.labels.forEach((label, cell) => {
        const [there, ...cells] = same ? [at, cell] : origins?.[at][cell] ?? [];
        put(label, side(from, at, [cell]), there === undefined ? null : side(other, there, cells));
      });
      return found;
    });
  };

  // The longest common run of pieces, as lists of what is the same, deleted, inserted.
  const common = (before, after) => {
    const width = after.length + 1;
    const best = new Uint16Array((before.length + 1) * width);
    for (let i = before.length - 1; i >= 0; i--) {
      for (let j = after.length - 1; j >= 0; j--) {
        best[i * width + j] = before[i] === after[j]
          ? best[(i + 1) * width + j + 1] + 1
          : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      }
    }
    const ops = [];
    for (let i = 0, j = 0; i < before.length || j < after.length;) {
      if (i < before.length && j < after.length && before[i] === after[j]) ops.push(["same", before[i++], j++]);
      else if (j >= after.length || (i < before.length && best[(i + 1) * width + j] >= best[i * width + j + 1])) ops.push(["del", before[i++]]);
      else ops.push(["ins", after[j++]]);
    }
    return ops;
  };
  const pieces = text => text.match(/[A-Za-z0-9]+(?:\.[0-9]+)*|[^]/gu) ?? [];
  const sentences = text => text.match(/[^。；！？\n;!?]*[。；！？\n;!?]|[^。；！？\n;!?]+$/g) ?? [];
  const put = (runs, kind, text) => {
    if (!text) return;
    if (runs.at(-1)?.kind === kind) runs.at(-1).text += text;
    else runs.push({ kind, text });
  };
  const within = (old, now, runs) => {
    const ops = common(pieces(old), pieces(now));
    const same = ops.filter(([kind]) => kind === "same").length;
    if (same * 4 < pieces(old).length + pieces(now).length || ops.length > 600) {
      put(runs, "del", old);
      put(runs, "ins", now);
      return;
    }
    let [gone, come] = ["", ""];
    const settle = () => {
      put(runs, "del", gone);
      put(runs, "ins", come);
      [gone, come] = ["", ""];
    };
    ops.forEach(([kind, text], at) => {
      const alone = at && at < ops.length - 1 && text.length < 2 && ops[at - 1][0] !== "same" && ops[at + 1][0] !== "same";
      if (kind !== "ins" && (kind === "del" || alone)) gone += text;
      if (kind !== "del" && (kind === "ins" || alone)) come += text;
      if (kind === "same" && !alone) {
        settle();
        put(runs, "same", text);
      }
    });
    settle();
  };
  const runsOf = (before, after) => {
    const runs = [];
    let [old, now] = [[], []];
    const settle = () => {
      if (old.length === now.length) old.forEach((text, at) => within(text, now[at], runs));
      else {
        put(runs, "del", old.join(""));
        put(runs, "ins", now.join(""));
      }
      [old, now] = [[], []];
    };
    for (const [kind, text] of common(sentences(before), sentences(after))) {
      if (kind === "del") old.push(text);
      else if (kind === "ins") now.push(text);
      else {
        settle();
        put(runs, "same", text);
      }
    }
    settle();
    return runs;
  };

  // What is shown, in the same parts as the pages of two years.
  const table = (a, b, { title, unit, rows, zeros }, at) => {
    const head = make("h2", { id: `table-${at}` }, title);
    if (unit) head.append(" ", make("small", {}, words.unit.replace("{unit}", unit)));
    const heads = [words.figure, a.short, b.short, words.change, words.percent];
    const line = row => make("tr", row.before === row.after ? { class: "same" } : {},
      make("th", { scope: "row" }, row.label),
      make("td", {}, row.before === null ? "\u2014" : grouped(row.before) || "\u2014"),
      make("td", {}, row.after === null ? "\u2014" : grouped(row.after) || "\u2014"),
      make("td", {}, row.change?.text ?? "\u2014"), make("td", {}, row.change?.percent || "\u2014"));
    const section = make("section", {}, head, make("div", { class: "tbl list", role: "region", "aria-labelledby": `table-${at}`, tabindex: "0" },
      make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(text => make("th", { scope: "col" }, text)))),
        make("tbody", {}, ...rows.map(line)))));
    if (zeros) section.append(make("p", { class: "note" }, words.zeros.replace("{n}", zeros)));
    return section;
  };
  const sections = (a, b) => {
    const old = new Map(a.sections.map(([id, title, text]) => [id, [title, text]]));
    const all = b.sections.map(([id, title, text]) => {
      const [, before = ""] = old.get(id) ?? [];
      old.delete(id);
      return [title, runsOf(before, text)];
    });
    return all.concat([...old.values()].map(([title, text]) => [title, runsOf(text, "")])).filter(([, runs]) => runs.length);
  };
  const narrative = (a, b) => {
    const all = sections(a, b);
    const count = kinds => all.flatMap(([, runs]) => runs).filter(run => kinds.includes(run.kind)).reduce((sum, run) => sum + [...run.text].length, 0);
    const share = (200 * count(["same"])) / (2 * count(["same"]) + count(["del", "ins"]));
    const head = make("h2", {}, words.texts, " ", make("small", {}, words.share.replace("{n}", share.toFixed(1))));
    const run = ({ kind, text }) => kind === "same" ? make("span", { class: "same" }, text)
      : make(kind, {}, make("b", {}, kind === "del" ? words.deleted : words.inserted), text);
    const part = ([title, runs]) => {
      const same = runs.every(one => one.kind === "same");
      return make("div", same ? { class: "same" } : {}, make("h3", {}, title || words.preface),
        same ? make("p", {}, words.same) : make("p", { class: "diff" }, ...runs.map(run)));
    };
    return make("section", {}, head, make("p", { class: "note" }, words.legend), ...all.map(part));
  };
  const show = (a, b) => {
    const tables = figures(a, b).filter(one => one.rows.length).map((one, at) => table(a, b, one, at + 1));
    const only = make("input", { type: "checkbox", id: "only", class: "only" });
    const pair = make("div", { class: "pair" }, ...tables);
    if (a.sections && b.sections) pair.append(narrative(a, b));
    const link = one => make("a", { href: `${root}agencies/${one.agency}/${one.year}/index.html` }, one.title);
    place.replaceChildren(make("ul", {}, make("li", {}, link(a)), make("li", {}, link(b))));
    if (a.data.form !== b.data.form) place.append(make("p", { class: "note" }, words.forms));
    place.append(only, make("label", { for: "only" }, words.only), pair);
  };

  const parse = text => {
    const [, agency, year] = /^(.+)-(\d{4})$/.exec(text ?? "") ?? [];
    const known = agencies.get(agency);
    return known?.years.includes(year) ? { agency, year, short: `${known.name} ${year}`, title: `${known.name} ${words.year.replace("{year}", year)}` } : null;
  };
  const read = async one => {
    const name = `${one.agency}/${one.year}`;
    const text = texts ? load(`text/${name}`, `${texts}text/${name}.js`).catch(() => null) : null;
    one.data = await load(`data/${name}`, `${top}compare/data/${name}.js`);
    one.sections = (await text)?.[2];
    return one;
  };
  const forms = new Map();
  const formOf = id => {
    if (!forms.has(id)) forms.set(id, load(`forms/${id}`, `${root}compare/forms/${id}.js`));
    return forms.get(id);
  };
  const compare = async (a, b) => {
    place.textContent = words.busy;
    try {
      // One file has one caller at a time: the same name is never asked for twice.
      await Promise.all([read(a), read(b)]);
      [a.form, b.form] = await Promise.all([formOf(a.data.form), formOf(b.data.form)]);
      show(a, b);
    } catch {
      place.textContent = words.failed;
    }
  };

  // The form: an option has its words as a label, so that the text of the page stays as it is.
  const fill = (select, values, label) => select.replaceChildren(...values.map(value => make("option", { value, label: label(value) })));
  const controls = Object.fromEntries(["a", "b"].map(name => {
    const [agency, year] = ["agency", "year"].map(part => document.getElementById(`${name}-${part}`));
    fill(agency, [...agencies.keys()], id => agencies.get(id).name);
    const years = () => fill(year, agencies.get(agency.value)?.years.toReversed() ?? [], text => text);
    agency.addEventListener("change", years);
    years();
    const set = one => {
      agency.value = one.agency;
      years();
      year.value = one.year;
    };
    return [name, { set, get: () => `${agency.value}-${year.value}` }];
  }));
  form.addEventListener("submit", event => {
    event.preventDefault();
    location.search = `?a=${controls.a.get()}&b=${controls.b.get()}`;
  });
  form.hidden = false;

  const asked = new URLSearchParams(location.search);
  if (asked.has("a") || asked.has("b")) {
    const [a, b] = ["a", "b"].map(name => parse(asked.get(name)));
    if (a) controls.a.set(a);
    if (b) controls.b.set(b);
    if (!a || !b) place.textContent = words.failed;
    else if (a.agency === b.agency && a.year === b.year) place.textContent = words.nothing;
    else compare(a, b);
  } else {
    // To begin with, two that differ.
    const [agency, one] = [...agencies].find(([, { years }]) => years.length > 1) ?? [];
    if (one) controls.a.set({ agency, year: one.years.at(-2) });
    if (one) controls.b.set({ agency, year: one.years.at(-1) });
  }
})();
