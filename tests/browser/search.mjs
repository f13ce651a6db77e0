// The search as built, without a browser: the script of the theme runs on a stub of a page and
// loads the files of the index as a page would. Usage: node tests/browser/search.mjs [PUBLIC]
// With --measure QUERY… it says instead what a query loads, compressed, until its first result.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import vm from "node:vm";
import zlib from "node:zlib";

const [top = "public", flag, ...queries] = process.argv.slice(2);
const page = path.join(top, "search/index.html");
const html = fs.readFileSync(page, "utf8");
const script = path.join(top, "search", html.match(/<script src="([^"]+search\.[^"]+)"/)[1]);
const attribute = name => html.match(new RegExp(` ${name}="([^"]*)"`))[1].replace(/&quot;/g, '"').replace(/&amp;/g, "&");
const compressed = file => zlib.gzipSync(fs.readFileSync(file), { level: 9 }).length;

// As much of a document as the script uses.
class Element {
  constructor(tag) { Object.assign(this, { tag, children: [], dataset: {}, listeners: {}, hidden: false }); }
  append(...all) { this.children.push(...all.filter(one => one !== "")); }
  addEventListener(name, act) { this.listeners[name] = act; }
  get childElementCount() { return this.children.filter(one => one instanceof Element).length; }
  get textContent() { return this.children.map(one => one instanceof Element ? one.textContent : one).join(""); }
  set textContent(text) { this.children = [text]; }
  set innerHTML(_) { throw new Error("markup must not be made of text"); }
  querySelector(tag) { return this.all(tag)[0] ?? null; }
  all(tag) { return this.children.filter(one => one instanceof Element).flatMap(one => [...(one.tag === tag ? [one] : []), ...one.all(tag)]); }
  focus() { this.focused = true; }
}

async function search(address, missing = () => false) {
  const loaded = [], asked = [];
  const ids = {};
  for (const [, id] of html.matchAll(/ id="([^"]+)"/g)) ids[id] = new Element(id);
  ids.search.dataset.search = attribute("data-search");
  ids.search.elements = Object.fromEntries(["q", "year", "agency"].map(name => [name, { value: "" }]));
  for (const [, name] of html.matchAll(/ data-(\w+)="/g)) ids["search-state"].dataset[name] = attribute(`data-${name}`);
  const window = { URLSearchParams, location: { search: address }, console };
  window.window = window;
  const run = file => vm.runInContext(fs.readFileSync(file, "utf8"), window, { filename: file });
  window.document = {
    title: "",
    getElementById: id => ids[id],
    createElement: tag => new Element(tag),
    head: {
      append(script) {
        const file = path.join(top, "search", script.src.split("?")[0]);
        loaded.push(file);
        asked.push(script.src);
        setImmediate(() => fs.existsSync(file) && !missing(file) ? (run(file), script.onload()) : script.onerror());
      },
    },
  };
  vm.createContext(window);
  run(script);
  const state = ids["search-state"];
  const settled = async () => {
    for (let quiet = 0; quiet < 5; quiet++) {
      const before = loaded.length + state.textContent;
      await new Promise(resolve => setTimeout(resolve, 5));
      if (loaded.length + state.textContent !== before || state.textContent === state.dataset.busy) quiet = -1;
    }
  };
  await settled();
  return {
    state: state.textContent, said: state.dataset, loaded, asked, settled, title: window.document.title,
    fields: ids.search.elements, more: ids["search-more"],
    agencies: ids["search-agencies"].all("a"), items: ids["search-hits"].all("li"),
    get hits() { return ids["search-hits"].all("h2").map(head => ({ title: head.textContent, href: head.all("a")[0].href })); },
    get marks() { return ids["search-hits"].all("mark").map(mark => mark.textContent); },
  };
}

// The reports of the portal, as its own files say.
function texts() {
  const out = [];
  const folder = path.join(top, "search/text");
  for (const agency of fs.readdirSync(folder)) {
    for (const name of fs.readdirSync(path.join(folder, agency))) {
      let value;
      vm.runInNewContext(fs.readFileSync(path.join(folder, agency, name), "utf8"), { gongkaiSearch: (_, given) => { value = given; } });
      const [title, named, sections] = value;
      out.push({ agency, year: parseInt(name), title, named, text: sections.map(one => one.slice(1).join("\n")).join("\n") });
    }
  }
  return out;
}

if (flag === "--measure") {
  const always = compressed(page) + compressed(script);
  const style = path.join(top, "search", html.match(/href="([^"]+style\.[^"]+)"/)[1]);
  console.log(`page ${compressed(page)}, script ${compressed(script)}, style ${compressed(style)}`);
  for (const query of queries) {
    const { loaded, hits, state, agencies } = await search(query);
    const sum = kind => loaded.filter(file => file.includes(`${path.sep}${kind}${path.sep}`)).reduce((all, file) => all + compressed(file), 0);
    const [terms, blocks, text] = ["terms", "agencies", "text"].map(sum);
    console.log(`${query}: ${state} ${agencies.length} agencies, ${hits.length} shown; ${loaded.length} files: terms ${terms}, agencies ${blocks}, texts ${text}; in all ${always + compressed(style) + terms + blocks + text}`);
  }
  process.exit();
}

const all = texts();
const q = (words, rest = "") => search(`?q=${encodeURIComponent(words)}${rest}`);
const number = result => Number(result.state.match(/\d+/)?.[0] ?? 0);
const newest = all.toSorted((a, b) => b.year - a.year)[0];

test("a whole phrase is found where it stands, and nowhere else", async () => {
  const phrase = newest.text.match(/[\u4e00-\u9fff]{9}/g).find(one => all.filter(other => other.text.includes(one)).length === 1);
  const result = await q(phrase);
  assert.equal(result.hits.length, 1);
  assert.equal(result.hits[0].title, newest.title);
  assert.deepEqual(result.marks, [phrase]);
  assert.ok(result.hits[0].href.startsWith(`../agencies/${newest.agency}/${newest.year}/index.html#`));
  assert.equal(number(result), 1);
  assert.ok(result.title.startsWith(phrase));
});

test("two characters are found in all reports that have them, the newest first", async () => {
  const pairs = new Set(all.flatMap(one => one.text.match(/[\u4e00-\u9fff]{2}/g)));
  const wanted = [...pairs].map(pair => [pair, all.filter(one => (one.title + one.text).includes(pair))])
    .find(([pair, some]) => some.length > 12 && some.length < all.length && !all.some(one => one.named.includes(pair)));
  const result = await q(wanted[0]);
  assert.equal(number(result), wanted[1].length);
  assert.equal(result.hits.length, 10);
  const years = result.hits.map(hit => Number(hit.href.split("/")[3]));
  assert.deepEqual(years, years.toSorted((a, b) => b - a));
  assert.equal(result.more.hidden, false);
  result.more.listeners.click();
  await result.settled();
  assert.ok(result.hits.length > 10);
  assert.ok(result.items.length === 10 || result.items[10].all("a")[0].focused);
});

test("characters that stand apart are no hit, even where every two neighbours stand together", async () => {
  const pairs = [...new Set([...newest.text.matchAll(/(?=([\u4e00-\u9fff]{2}))/g)].map(found => found[1]))];
  const apart = pairs.flatMap(one => pairs.filter(other => one[1] === other[0]).map(other => one + other[1]))
    .find(phrase => !all.some(one => (one.title + one.named + one.text).includes(phrase)));
  const result = await q(apart);
  assert.ok(result.loaded.some(file => file.includes(`${path.sep}text${path.sep}`)), `${apart} must be looked for in a text`);
  assert.equal(result.hits.length, 0);
  assert.equal(result.state, result.said.none);
});

test("several words must all stand in a report", async () => {
  const [first, second] = [newest.text.match(/[\u4e00-\u9fff]{2}/)[0], newest.text.match(/[\u4e00-\u9fff]{2}/g).at(-1)];
  const result = await q(`${first}　${second}`);
  assert.equal(number(result), all.filter(one => [first, second].every(word => (one.title + one.text).includes(word))).length);
});

test("an agency is found by name, by first letters and by letters in full", async () => {
  const named = await q("示例市水务局");
  assert.deepEqual(named.agencies.map(link => link.href), ["../agencies/shili-swj/index.html"]);
  assert.equal(named.hits[0].href.split("/")[2], "shili-swj");
  for (const typed of ["swj", "slsswj", "SWJ", "shuiwuju", "shuiwu", "slsh"].slice(0, 5)) {
    const result = await q(typed);
    assert.ok(result.agencies.some(link => link.href === "../agencies/shili-swj/index.html"), `${typed} finds the agency`);
    assert.ok(result.hits.some(hit => hit.href.startsWith("../agencies/shili-swj/")), `${typed} finds its reports`);
  }
  assert.equal((await q("jwsq")).agencies.length, 0);
});

test("an agency is found by the name it had", async () => {
  const result = await q("示例市水利局");
  assert.deepEqual(result.agencies.map(link => link.href), ["../agencies/shili-swj/index.html"]);
});

test("year and agency narrow the result, also from an address alone", async () => {
  const of = (agency, year) => all.filter(one => (!agency || one.agency === agency) && (!year || one.year === year)).length;
  const year = await search("?year=2021");
  assert.equal(number(year), of(null, 2021));
  assert.ok(year.hits.every(hit => hit.href.includes("/2021/")));
  assert.equal(year.fields.year.value, "2021");
  for (const name of ["shili-swj", "示例市水务局", "swj"]) {
    const agency = await search(`?agency=${encodeURIComponent(name)}`);
    assert.equal(number(agency), of("shili-swj"), name);
  }
  const both = await q("公开", "&year=2021&agency=shili-swj");
  assert.equal(both.hits.length, 1);
  assert.equal((await q("公开", "&year=1999")).hits.length, 0);
});

test("one character, marks and names of properties do no harm", async () => {
  assert.equal((await q("水")).state, (await q("水")).said.short);
  assert.equal((await q("！，")).hits.length, 0);
  for (const word of ["constructor", "__proto__", "toString"]) assert.equal((await q(word)).hits.length, 0, word);
  const markup = await q("<img src=x onerror=alert(1)>");
  assert.equal(markup.hits.length, 0);
});

test("digits and full-width letters are found as written", async () => {
  const written = newest.text.match(/\d{2,4}/)[0];
  const wide = [...written].map(c => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join("");
  const result = await q(wide);
  assert.ok(result.hits.length > 0);
  assert.equal(result.marks[0], written);
});

test("without a question nothing is loaded", async () => {
  const result = await search("");
  assert.deepEqual(result.loaded, []);
});

test("a missing file is said", async () => {
  const result = await search("?q=%E5%85%AC%E5%BC%80", file => file.includes(`${path.sep}terms${path.sep}`));
  assert.equal(result.state, result.said.failed);
});

test("a page of prose is found", async () => {
  const result = await q("关于本门户");
  assert.ok(result.agencies.some(link => link.href === "../about/index.html"));
  const narrowed = await q("关于本门户", "&year=2021");
  assert.equal(narrowed.agencies.length, 0);
});

test("every file is asked for with the mark of this build", async () => {
  const { loaded, asked } = await q("公开");
  assert.ok(loaded.length > 2);
  assert.ok(asked.every(address => /\.js\?[0-9a-f]{8}$/.test(address)));
});

test("the page is light and has no handlers in its markup", () => {
  assert.ok(compressed(script) <= 6 << 10, "script");
  assert.doesNotMatch(html, / on[a-z]+=/);
  assert.doesNotMatch(html, /<script>|style="/);
});
