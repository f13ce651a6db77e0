// Looks at a built site in a real browser: `node pages.mjs PUBLIC_DIR`.
import path from 'node:path';
import zlib from 'node:zlib';
import { launch, open } from './browser.mjs';
import * as compare from './compare.mjs';
import * as figures from './figures.mjs';
import * as head from './head.mjs';
import { every, looks } from './looks.mjs';
import * as narrow from './narrow.mjs';
import { Site } from './site.mjs';
import { check, close, none } from './tally.mjs';

// Pages that do more with a script of their own.
const SCRIPTED = ['search', 'agencies', 'compare'];

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
  // A report: page, style, script. A list has a style more, some pages a script more. The sign in
  // the tab comes when the page is there.
  const needed = noted.requests.filter(asked => !asked.includes('favicon'));
  const scripts = needed.filter(asked => asked.endsWith('.js')).length;
  check(`${name} ${place}: three requests, and its script`, needed.length - scripts <= (name.startsWith('report') ? 2 : 3) && scripts <= (SCRIPTED.some(own => name.startsWith(own)) ? 2 : 1), needed);
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
    // Where every cell lies, spans counted; then the headers above and before it (HTML, 4.9.12.2).
    const headers = new Map();
    for (const table of document.querySelectorAll('table:has([data-cell])')) {
      const grid = [...table.rows].map(() => []);
      [...table.rows].forEach((row, y) => [...row.cells].forEach(cell => {
        let x = 0;
        while (grid[y][x]) x += 1;
        for (let down = 0; down < cell.rowSpan; down += 1) for (let on = 0; on < cell.colSpan; on += 1) grid[y + down][x + on] = cell;
      }));
      grid.forEach((row, y) => row.forEach((cell, x) => {
        if (!cell.dataset.cell) return;
        const texts = (all, scope) => [...new Set(all)].filter(one => one.scope === scope).map(one => one.textContent.trim());
        headers.set(cell, { above: texts(grid.slice(0, y).map(row => row[x]), 'col'), before: texts(row.slice(0, x), 'row') });
      }));
    }
    const cells = [...document.querySelectorAll('td[data-cell]')].map(cell => ({
      id: cell.id,
      address: cell.dataset.cell,
      text: cell.textContent.trim(),
      ...headers.get(cell),
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
  none(`${name}: every figure has an id`, seen.cells.filter(cell => !cell.id).map(cell => cell.address));
  const labels = site.has(route.replace('index.html', `${data.agency}-${data.year}.csv`)) ? site.labels(route) : new Map();
  const bound = ({ address, above, before }) => {
    const [row, column] = labels.get(address);
    // A table of one row prints no row labels.
    return column.split(' / ').every(part => above.includes(part)) && (before.length === 0 || before.at(-1) === row);
  };
  none(`${name}: every figure has its headers`, seen.cells.filter(cell => !bound(cell)).map(cell => `${cell.address}: ${cell.above} ${cell.before}`));
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
  const gzip = route => zlib.gzipSync(site.text(route), { level: 9 }).length;
  const sum = (files, size) => files.reduce((all, file) => all + size(file), 0);
  // The styles and scripts that a page loads before it is there.
  const loaded = (route, end) => [...site.text(route).matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)"/g)]
    .map(found => path.posix.join(path.posix.dirname(route), found[1])).filter(file => file.endsWith(end));
  const kib = bytes => `${(bytes / 1024).toFixed(1)} KiB`;
  const limit = (name, bytes, most) => {
    check(`${name} <= ${most} KiB`, bytes <= most * 1024, kib(bytes));
    console.log(`       ${name}: ${kib(bytes)} of ${most} KiB`);
  };
  limit('all scripts, gzip', sum(site.files.filter(file => /^static\/[^/]*js$/.test(file)), gzip), 15);
  for (const [name, route] of Object.entries(pages)) {
    const [styles, scripts] = [loaded(route, '.css'), loaded(route, '.js')];
    // 14 KiB is what a host sends before it waits for the first answer.
    limit(`${name} with all it loads, gzip`, gzip(route) + sum([...styles, ...scripts], gzip), name.startsWith('report') ? 14 : 20);
    check(`${name}: styles <= 8 KiB`, sum(styles, gzip) <= 8 << 10);
    check(`${name}: scripts <= 15 KiB`, sum(scripts, gzip) <= 15 << 10);
    check(`${name}: page, style, script`, !name.startsWith('report') || styles.length + scripts.length <= 2, [...styles, ...scripts]);
  }
}

const site = new Site(process.argv[2] ?? 'public');
const pages = site.pages();
const reports = Object.fromEntries(Object.entries(pages).filter(([name]) => name.startsWith('report')));
// A host shows the page for dead addresses anywhere, so its links stand on the address of the portal.
const { 404: lost, ...linked } = pages;
const translated = site.translated(pages);
const places = { 'at the root': await site.serve(), 'in a sub-path': await site.serve('/a/b/'), 'as files': site.asFiles() };
const root = places['at the root'];
const browser = await launch();
check('a page of every kind', Object.keys(pages).length >= 10 && lost, Object.keys(pages));
weights(site, { ...pages, ...translated });
for (const [place, top] of Object.entries(places)) {
  await every({ ...(place === 'at the root' ? pages : linked), ...translated }, (name, route) => stands(browser, site, place, top, name, route));
}
await every(linked, (name, route) => head.languages(browser, site, root, name, route));
await every({ ...pages, ...translated }, (name, route) => withoutScript(browser, root, name, route));
await every(reports, (name, route) => tables(browser, site, root, name, route));
await every(pages, (name, route) => head.tags(browser, root, name, route));
await head.switches(browser, root, pages.agency);
await every(pages, (name, route) => figures.linked(browser, site, root, name, route));
await every(reports, (name, route) => figures.changes(browser, site, root, name, route));
await figures.cited(browser, site, root, 'report', reports['report of cn-2021']);
await figures.cited(browser, site, site.asFiles(), 'report as files', reports['report of cn-2021']);
await figures.charts(browser, root, 'agency', pages.agency);
await figures.map(browser, root, 'year', pages.year);
for (const route of site.files.filter(file => /^years\/\d+\/index.html$/.test(file))) {
  for (const part of [figures.timeline, figures.totals, figures.rankings, figures.regions]) await part(browser, site, root, route, route);
}
await compare.pairs(browser, site, root);
await compare.any(browser, site, places, pages.compare);
await narrow.list(browser, places, pages.agencies);
await figures.calendar(browser, site, root, 'agency', pages.agency);
await figures.corrections(browser, site, root, pages.changes);
await every({ ...pages, ...translated }, (name, route) => looks(browser, site, root, name, route));
await browser.close();
close();
