/* Search without a server: loads the pieces of the index a query needs, as scripts (so from a
   disk too), meets their lists, then verifies each phrase in the text of the report. */
(() => {
"use strict";
const byId = id => document.getElementById(id);
const form = byId("search"), state = byId("search-state"), hits = byId("search-hits");
const agencies = byId("search-agencies"), more = byId("search-more");
const index = JSON.parse(form.dataset.search), say = state.dataset;
byId("search-without").hidden = true;
const FIRST = 10, CHECKED = 50, NAMED = 5, PAIRS = 4;

/* Files: each is a script that hands its value over by name. */
const files = new Map(), waiting = {};
window.gongkaiSearch = (name, value) => waiting[name](value);
const load = name => {
  if (!files.has(name)) files.set(name, new Promise((resolve, reject) => {
    waiting[name] = resolve;
    const script = document.createElement("script");
    script.src = name + ".js?" + index.mark;
    script.onload = script.onerror = () => reject(new Error(name));
    document.head.append(script);
  }));
  return files.get(name);
};

/* Numbers, packed in digits of five bits. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const unpack = text => {
  const out = [];
  let number = 0, shift = 0;
  for (const c of text) {
    const digit = DIGITS.indexOf(c);
    number |= (digit & 31) << shift;
    shift += 5;
    if (digit < 32) { out.push(number); number = shift = 0; }
  }
  return out;
};
const rising = text => { let next = 0; return unpack(text).map(gap => (next += gap + 1) - 1); };

/* Reports are numbered by year and agency. */
const reports = [];
for (const [year, packed] of index.years) {
  const runs = unpack(packed);
  for (let at = 0, agency = 0; at < runs.length; at += 2) {
    agency += runs[at];
    for (let n = runs[at + 1]; n > 0; n--) reports.push({ number: reports.length, year, agency: agency++ });
  }
}

/* Terms: pairs of wide characters, runs of letters and digits. Made so by the generator too. */
const RUNS = /([\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}]+)|[a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f]+/gu;
const fold = text => text.replace(/[\uff01-\uff5e]/g, c => String.fromCharCode(c.charCodeAt() - 0xfee0)).toLowerCase();
const termsOf = word => {
  const out = new Set();
  for (const [run, wide] of word.matchAll(RUNS)) {
    const all = [...run];
    if (wide) all.slice(1).forEach((c, at) => out.add(all[at] + c));
    else out.add(all.slice(0, 24).join(""));
  }
  return [...out];
};
const shardOf = term => {
  let hash = 0x811c9dc5;
  for (const c of term) hash = Math.imul(hash ^ c.codePointAt(), 0x01000193);
  hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
  return ((hash ^ hash >>> 12) & index.shards - 1) >>> 0;
};
const lists = async term => {
  const shard = await load("terms/" + shardOf(term));
  return (Object.prototype.hasOwnProperty.call(shard, term) ? shard[term] : "").split(".");
};
const meet = all => all.reduce((a, b) => { const has = new Set(b); return a.filter(one => has.has(one)); });
const agencyList = one => rising(one[1] || "");
const inAgencies = async terms => meet(await Promise.all(terms.map(async term => agencyList(await lists(term)))));

/* Pieces of three letters that cover what was typed. */
const pieces = (mark, typed) => {
  const out = [], last = typed.length - 3;
  if (last < 0) return [mark + typed];
  for (let at = 0; at < last; at += 3) out.push(mark + typed.slice(at, at + 3));
  out.push(mark + typed.slice(last));
  return out;
};

/* A long phrase need not be met at every pair: it is verified in the text. */
const spread = terms => {
  const step = Math.ceil(terms.length / PAIRS);
  return step < 2 ? terms : terms.filter((_, at) => at % step === 0 || at === terms.length - 1);
};

/* Where a word may stand: reports by text; agencies by name (to be verified) or by letters (sure). */
const look = async text => {
  const word = { text, terms: termsOf(text), reports: new Set(), named: new Set(), sure: new Set() };
  if (!word.terms.length) return word;
  const found = await Promise.all(spread(word.terms).map(lists));
  word.reports = new Set(meet(found.map(one => rising(one[0]))));
  word.named = new Set(meet(found.map(agencyList)));
  word.pages = meet(found.map(one => rising(one[2] || "")));
  if (/^(?=.*[a-z])[a-z0-9]{2,}$/.test(text)) {
    const typed = [pieces(".", text)];
    if (text.length > 3) typed.push(pieces(":", text));
    (await Promise.all(typed.map(inAgencies))).flat().forEach(agency => word.sure.add(agency));
  }
  return word;
};
const split = text => fold(text).split(/\s+/).filter(Boolean);

const namesOf = async agency => {
  const block = await load("agencies/" + Math.floor(agency / index.block));
  const [id, name, short, former] = block[agency % index.block];
  return { id, name, short, former, all: fold([name, short, ...former].join("\n")) };
};
const isOf = (word, agency, names) => word.sure.has(agency) || word.named.has(agency) && names.all.includes(word.text);

/* What is asked, from the address. */
const asked = new URLSearchParams(location.search);
const get = name => (asked.get(name) || "").trim();
let words = [], within = [], found = [], at = 0, shown = 0;

const collect = async () => {
  [words, within] = await Promise.all([
    Promise.all(split(get("q")).map(look)),
    Promise.all(split(get("agency")).map(async text => {
      const own = /^[a-z0-9-]+$/.test(text) ? await inAgencies(["=" + text]) : [];
      return own.length ? { text, terms: [text], named: new Set(), sure: new Set(own) } : look(text);
    })),
  ]);
  const year = Number(get("year"));
  const may = (word, agency) => word.sure.has(agency) || word.named.has(agency);
  found = reports.filter(report => (!year || report.year === year)
    && within.every(word => !word.terms.length || may(word, report.agency))
    && words.every(word => !word.terms.length || word.reports.has(report.number) || may(word, report.agency)));
  for (const report of found) report.rank = words.filter(word => may(word, report.agency)).length;
  found.sort((a, b) => b.rank - a.rank || b.number - a.number);
};

/* The report with the place of a word in it, if every word is there. */
const verify = async report => {
  const names = await namesOf(report.agency);
  if (!within.every(word => isOf(word, report.agency, names))) return null;
  const [title, , sections] = await load("text/" + names.id + "/" + report.year);
  const parts = sections.map(([id, heading, text]) => ({ id, text: heading ? heading + "\n" + text : text }));
  for (const part of parts) part.folded = fold(part.text);
  const head = fold(title);
  let place = null, inTitle = 0;
  for (const word of words) {
    const part = parts.find(part => part.folded.includes(word.text));
    if (head.includes(word.text)) inTitle++;
    else if (!part && !isOf(word, report.agency, names)) return null;
    // The rarest word says most about the report.
    const rare = word.reports.size;
    if (part && (!place || rare < place.rare)) place = { part, rare, start: part.folded.indexOf(word.text), length: word.text.length };
  }
  return { report, names, title, inTitle, parts, place };
};

/* What is shown: text only, never markup. */
const element = (tag, of, ...inside) => {
  const made = document.createElement(tag);
  Object.assign(made, of);
  made.append(...inside);
  return made;
};
const marked = text => {
  const folded = fold(text), out = [];
  let from = 0;
  while (folded.length === text.length) {
    let next = null;
    for (const word of words) {
      const start = folded.indexOf(word.text, from);
      if (start >= 0 && (!next || start < next.start)) next = { start, end: start + word.text.length };
    }
    if (!next) break;
    out.push(text.slice(from, next.start), element("mark", {}, text.slice(next.start, next.end)));
    from = next.end;
  }
  return [...out, text.slice(from)];
};
const excerpt = ({ parts, place }) => {
  const part = place ? place.part : parts.find(part => part.text.length > 40) || parts[0];
  if (!part) return [];
  // From the beginning of the sentence, if it is near.
  const hit = place ? place.start : 0, near = Math.max(0, hit - 40);
  const sentence = part.text.slice(near, hit).search(/[^。；\n]*$/);
  const start = near && !sentence ? hit - 24 : near + sentence, end = Math.max(start + 96, hit + 40);
  const text = (near && !sentence ? "…" : "") + part.text.slice(start, end).trim() + (end < part.text.length ? "…" : "");
  return marked(text.replace(/\n/g, " "));
};
const link = ({ report, names, place }) => {
  const page = "../agencies/" + names.id + "/" + report.year + "/index.html";
  if (!place) return page;
  const phrase = place.part.text.slice(place.start, place.start + place.length);
  return page + "#" + place.part.id + ":~:text=" + encodeURIComponent(phrase).replace(/-/g, "%2D");
};
const item = hit => {
  const only = new URLSearchParams({ ...(get("q") && { q: get("q") }), agency: hit.names.name });
  const note = element("p", { className: "note" }, hit.names.name + " · " + hit.report.year);
  if (!within.length) note.append(" · ", element("a", { href: "?" + only }, say.only));
  return element("li", {},
    element("h2", {}, element("a", { href: link(hit) }, ...marked(hit.title))),
    element("p", {}, ...excerpt(hit)), note);
};

const count = () => {
  const all = at >= found.length;
  const exact = words.every(word => word.terms.length === 1 && word.terms[0] === word.text);
  const number = all ? shown : found.length;
  state.textContent = all && !shown ? say.none : (all || exact ? say.found : say.about).replace("{n}", number);
};
const show = async () => {
  more.hidden = true;
  const fresh = [], until = at + CHECKED;
  while (at < found.length && at < until && fresh.length < FIRST) {
    const some = found.slice(at, at + FIRST);
    at += some.length;
    fresh.push(...(await Promise.all(some.map(verify))).filter(Boolean));
  }
  fresh.sort((a, b) => b.report.rank - a.report.rank || b.inTitle - a.inTitle);
  const items = fresh.map(item);
  hits.append(...items);
  shown += items.length;
  more.hidden = at >= found.length;
  count();
  return items[0];
};

/* The agencies and pages that have every word; reports alone can be narrowed. */
const line = (href, title, ...more) => agencies.append(element("li", {}, element("a", { href }, ...marked(title)), ...more));
const showPages = async () => {
  if (!words.length || get("agency") || get("year") || !words.every(word => word.terms.length)) return;
  for (const number of meet(words.map(word => word.pages))) {
    const [name, title] = index.pages[number];
    const [, , [[, , text]]] = await load("pages/" + name);
    if (words.every(word => fold(title + "\n" + text).includes(word.text))) line("../" + name + "/index.html", title);
  }
};
const showAgencies = async () => {
  if (!words.length || within.length || !words.every(word => word.terms.length)) return;
  const named = meet(words.map(word => [...word.sure, ...word.named])).slice(0, NAMED * 2);
  for (const agency of named) {
    const names = await namesOf(agency);
    if (agencies.childElementCount >= NAMED || !words.every(word => isOf(word, agency, names))) continue;
    const former = names.former.length ? [" ", element("small", {}, say.former.replace("{names}", names.former.join(say.comma)))] : [];
    line("../agencies/" + names.id + "/index.html", names.name, ...former);
  }
};

const run = async () => {
  for (const name of ["q", "year", "agency"]) form.elements[name].value = get(name);
  if (!get("q") && !get("year") && !get("agency")) return;
  if (get("q")) document.title = get("q") + say.separator + document.title;
  state.textContent = say.busy;
  try {
    await collect();
    if (![...words, ...within].some(word => word.terms.length) && !get("year")) state.textContent = say.short;
    else await Promise.all([showAgencies(), showPages(), show()]);
  } catch (error) {
    state.textContent = say.failed;
  }
};
more.addEventListener("click", () => show().then(first => first && first.querySelector("a").focus(), () => { state.textContent = say.failed; }));
form.addEventListener("formdata", event => {
  for (const [name, value] of [...event.formData]) if (!value.trim()) event.formData.delete(name);
});
run();
})();
