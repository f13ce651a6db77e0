// Looks at a built site in a real browser: `node pages.mjs PUBLIC_DIR`.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { launch, open } from './browser.mjs';
import * as figures from './figures.mjs';
import * as head from './head.mjs';
import { Site } from './site.mjs';
import { check, close, none } from './tally.mjs';

const WIDTHS = [1280, 375, 320];
const LOOKS = ['light', 'dark', 'elder'];
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// A sheet of A4 between the margins of the style, in CSS pixels.
const SHEET = Math.floor((210 - 2 * 16) / 25.4 * 96);
// What can differ between light and dark.
const COLOURS = ['color-contrast', 'link-in-text-block'];
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Standards and overflow at every width in every look.
async function looks(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  await page.evaluate(AXE);
  await page.evaluate(() => document.querySelectorAll('details').forEach(one => { one.open = true; }));
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look === 'dark' ? 'dark' : 'light' });
    await page.evaluate(look => {
      if (look === 'elder') document.documentElement.dataset.mode = look;
      else delete document.documentElement.dataset.mode;
    }, look);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      check(`${name}: no wider than ${width} px, ${look}`, wide <= width, `${wide} px`);
      const violations = await page.evaluate(async asked => {
        const { violations } = await axe.run({ runOnly: asked, resultTypes: ['violations'] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)} (${nodes.length})`);
      }, look === 'dark' ? COLOURS : STANDARDS);
      none(`${name}: axe at ${width} px, ${look}`, violations);
    }
  }
  await page.evaluate(() => delete document.documentElement.dataset.mode);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await page.setViewportSize({ width: SHEET, height: 1000 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(`${name}: fits on a sheet of paper`, wide <= SHEET, `${wide} > ${SHEET} px`);
  await close();
}

// From any place: everything it links to is there, its style applies, nothing comes from elsewhere.
async function stands(browser, site, place, top, name, route) {
  const { page, noted, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => ({
    links: [...document.querySelectorAll('[href], [src]')].map(one => one.href?.baseVal ?? one.href ?? one.src),
    canonical: document.querySelector('link[rel=canonical]')?.href,
    border: getComputedStyle(document.querySelector('header')).borderBottomStyle,
    charset: document.characterSet,
  }));
  check(`${name} ${place}: its style applies`, seen.border !== 'none');
  check(`${name} ${place}: is UTF-8`, seen.charset === 'UTF-8');
  const inside = [...new Set(seen.links)].filter(link => link.startsWith(top));
  const outside = seen.links.filter(link => !link.startsWith(top) && !/^(https?|mailto):/.test(link));
  none(`${name} ${place}: no link out of the site's folder`, outside);
  const dead = inside.filter(link => {
    const [address, fragment] = link.slice(top.length).split('#');
    const bare = decodeURIComponent(address.split('?')[0]);
    // As files, only a file is a page; on a host, a folder too.
    const target = place !== 'as files' && (bare === '' || bare.endsWith('/')) ? `${bare}index.html` : bare;
    if (!site.has(target)) return true;
    return fragment && target.endsWith('.html') && !site.ids(target).has(decodeURIComponent(fragment));
  });
  check(`${name} ${place}: has links`, inside.length > 3);
  none(`${name} ${place}: no dead link`, dead);
  none(`${name} ${place}: asks for nothing from elsewhere`, noted.requests.filter(asked => !asked.startsWith(top)));
  // Page, style, switches; a search has its own script; the sign in the tab comes when the page is there.
  const needed = noted.requests.filter(asked => !asked.includes('favicon'));
  const scripts = needed.filter(asked => asked.endsWith('.js')).length;
  check(`${name} ${place}: three requests, and its script`, needed.length - scripts <= 2 && scripts <= (name === 'search' ? 2 : 1), needed);
  none(`${name} ${place}: no complaint`, noted.complaints);
  await close();
}

// Without script a reader reads the same.
async function withoutScript(browser, top, name, route) {
  const read = async options => {
    const { page, close } = await open(browser, top + route, options);
    const text = await page.evaluate(() => document.querySelector('main').textContent.replace(/\s+/g, ' '));
    await close();
    return text;
  };
  const [without, with_] = [await read({ javaScriptEnabled: false }), await read({})];
  check(`${name}: reads the same without script`, without.length > 20 && without === with_);
}

// How many figures the law's forms have, by table: a wrong form definition shows here.
const CELLS = {
  'cn-2021': { documents: 6, licences: 1, enforcement: 2, fees: 1, requests: 175, disputes: 15 },
  'cn-2019': { requests: 161, disputes: 15 },
};

// The statutory tables: every figure of the download in its cell, bound to its headers.
async function tables(browser, site, top, name, route) {
  const data = site.dataOf(route);
  const { page, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => {
    const cells = [...document.querySelectorAll('td[data-cell]')].map(cell => ({
      id: cell.id,
      address: cell.dataset.cell,
      text: cell.textContent.trim(),
      headers: (cell.getAttribute('headers') ?? '').split(' ').filter(Boolean),
      strangers: (cell.getAttribute('headers') ?? '').split(' ')
        .filter(id => document.getElementById(id)?.closest('table') !== cell.closest('table') || document.getElementById(id).tagName !== 'TH'),
    }));
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    const captions = [...document.querySelectorAll('table:has([data-cell])')].filter(table => !table.caption);
    return { cells, twice: ids.filter((id, at) => ids.indexOf(id) !== at), captionless: captions.length };
  });
  none(`${name}: every id once`, seen.twice);
  check(`${name}: every table has a caption`, seen.captionless === 0);
  const of = table => seen.cells.filter(cell => cell.address.startsWith(`${table}[`));
  for (const [table, count] of Object.entries(CELLS[data.form] ?? {})) {
    check(`${name}: ${count} figures in ${table}`, of(table).length === count, `${of(table).length}`);
  }
  none(`${name}: every figure has an id and headers`, seen.cells.filter(cell => !cell.id || !cell.headers.length).map(cell => cell.address));
  none(`${name}: headers are of the figure's own table`, seen.cells.filter(cell => cell.strangers.length).map(cell => `${cell.address}: ${cell.strangers}`));
  const shown = new Map(seen.cells.map(cell => [cell.address, cell.text]));
  const wrong = [];
  let figures = 0;
  for (const [table, rows] of Object.entries(data.tables)) {
    for (const { row, cells } of rows) {
      for (const [column, value] of Object.entries(cells)) {
        figures += 1;
        const address = `${table}[${row}, ${column}]`;
        if (shown.get(address) !== String(value ?? '')) wrong.push(`${address}: ${shown.get(address)}, not ${value}`);
      }
    }
  }
  none(`${name}: figures as in the download`, wrong);
  check(`${name}: as many figures as in the download`, figures === seen.cells.length, `${figures}, not ${seen.cells.length}`);
  if (seen.cells.length) {
    const { id } = seen.cells[Math.floor(seen.cells.length / 2)];
    await page.goto(`${top}${route}#${encodeURIComponent(id)}`);
    const target = await page.evaluate(() => {
      const cell = document.querySelector(':target');
      const box = cell?.getBoundingClientRect();
      return cell && { id: cell.id, outline: getComputedStyle(cell).outlineStyle, seen: box.top >= 0 && box.bottom <= innerHeight };
    });
    check(`${name}: a figure's address shows the figure`, target?.id === id && target.outline !== 'none' && target.seen, JSON.stringify(target));
  }
  await close();
}

// What a reader loads, from the files, as a host sends them.
function weights(site, pages) {
  const style = site.files.find(file => /^static\/style\.[^/]*css$/.test(file)) ?? site.files.find(file => file.endsWith('.css'));
  const gzip = route => zlib.gzipSync(site.text(route), { level: 9 }).length;
  const brotli = route => zlib.brotliCompressSync(site.text(route)).length;
  const kib = bytes => `${(bytes / 1024).toFixed(1)} KiB`;
  const limit = (name, bytes, most) => {
    check(`${name} <= ${most} KiB`, bytes <= most * 1024, kib(bytes));
    console.log(`       ${name}: ${kib(bytes)} of ${most} KiB`);
  };
  limit('style, gzip', gzip(style), 8);
  for (const [name, route] of Object.entries(pages)) {
    // 14 KiB, what a host sends before it waits for the first answer, holds for brotli; with
    // gzip, the page whose every check is written out takes up to 3 KiB more.
    if (name.startsWith('report')) {
      limit(`${name} with style, brotli`, brotli(route) + brotli(style), 14);
      limit(`${name} with style, gzip`, gzip(route) + gzip(style), 17);
    } else {
      limit(`${name} with style, gzip`, gzip(route) + gzip(style), 20);
    }
  }
}

// Does a thing for every page, two at a time.
async function every(pages, task) {
  const left = Object.entries(pages);
  const worker = async () => {
    while (left.length) await task(...left.shift());
  };
  await Promise.all([worker(), worker()]);
}

const site = new Site(process.argv[2] ?? 'public');
const pages = site.pages();
const reports = Object.fromEntries(Object.entries(pages).filter(([name]) => name.startsWith('report')));
// A host shows the page for dead addresses anywhere, so its links stand on the address of the portal.
const { 404: lost, ...linked } = pages;
const places = { 'at the root': await site.serve(), 'in a sub-path': await site.serve('/a/b/'), 'as files': site.asFiles() };
const root = places['at the root'];
const browser = await launch();
check('a page of every kind', Object.keys(pages).length >= 10 && lost, Object.keys(pages));
weights(site, pages);
for (const [place, top] of Object.entries(places)) {
  await every(place === 'at the root' ? pages : linked, (name, route) => stands(browser, site, place, top, name, route));
}
await every(pages, (name, route) => withoutScript(browser, root, name, route));
await every(reports, (name, route) => tables(browser, site, root, name, route));
await every(pages, (name, route) => head.tags(browser, root, name, route));
await head.switches(browser, root, pages.agency);
await every(pages, (name, route) => figures.linked(browser, site, root, name, route));
await every(reports, (name, route) => figures.changes(browser, site, root, name, route));
await figures.charts(browser, root, 'agency', pages.agency);
await figures.map(browser, root, 'year', pages.year);
for (const route of site.files.filter(file => /^years\/\d+\/index.html$/.test(file))) {
  for (const part of [figures.timeline, figures.rankings, figures.regions]) await part(browser, site, root, route, route);
}
await figures.corrections(browser, site, root, pages.changes);
await every(pages, (name, route) => looks(browser, site, root, name, route));
await browser.close();
close();
