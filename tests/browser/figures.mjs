// Numbers shown, worked out again from the JSON downloads.
import { open } from './browser.mjs';
import { check, none } from './tally.mjs';

const bare = text => text.trim().replaceAll(',', '');

// The id of a figure on its page, from its address.
const idOf = address => address.replace(/^(.*)\[(.*), (.*)\]$/, '$1-$3-$2');

// The figures of a report by the id of their cell.
export function byId(data) {
  const figures = new Map();
  for (const [table, rows] of Object.entries(data.tables)) {
    for (const { row, cells } of rows) {
      for (const [column, value] of Object.entries(cells)) figures.set(idOf(`${table}[${row}, ${column}]`), value);
    }
  }
  return figures;
}

// On any page: a number that leads to a cell is the figure of that cell.
export async function linked(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const links = await page.evaluate(() => [...document.querySelectorAll('main a[href*="#"]')]
    .map(link => ({ href: link.href, text: link.textContent })));
  const wrong = [];
  let seen = 0;
  for (const { href, text } of links.filter(link => /^[\d.,-]+$/.test(link.text.trim()))) {
    const [target, id] = href.slice(top.length).split('#').map(decodeURIComponent);
    if (!/^agencies\/[^/]+\/\d{4}\//.test(target)) continue;
    const value = byId(site.dataOf(target)).get(id);
    seen += 1;
    // Blank counts as 0 in sums.
    if (String(value ?? 0) !== bare(text)) wrong.push(`${target}#${id}: ${text}, not ${value}`);
  }
  if (seen) none(`${name}: ${seen} linked figures as in the downloads`, wrong);
  await close();
}

// A figure that is pressed gets its address and a citation, and leads to its past.
export async function cited(browser, site, top, name, route) {
  const { page, noted, close } = await open(browser, top + route);
  const cell = page.locator('td[data-cell]:not(.zero):not(.blank)').nth(30);
  const { id, address, text } = await cell.evaluate(cell => ({ id: cell.id, address: cell.dataset.cell, text: cell.textContent.trim() }));
  await cell.click();
  const bar = page.locator('[data-cite]');
  await bar.waitFor();
  check(`${name}: the address names the figure`, page.url() === `${top}${route}#${id}`, page.url());
  const says = await bar.locator('[role=status]').textContent();
  const [row, column] = site.labels(route).get(address);
  const wanted = [site.dataOf(route).title, row, column, `：${text} `, `${(await page.locator('link[rel=canonical]').getAttribute('href'))}#${id}`];
  none(`${name}: the citation says all`, wanted.filter(part => !says.includes(part)).map(part => `${part} not in ${says}`));
  await bar.locator('button', { hasText: '关闭' }).click();
  check(`${name}: the citation goes away when closed`, await bar.count() === 0 && page.url() === top + route, page.url());
  await cell.click();
  await bar.waitFor();
  await page.keyboard.press('Escape');
  check(`${name}: and with Escape`, await bar.count() === 0 && page.url() === top + route, page.url());
  await cell.click();
  await bar.locator('a', { hasText: '历年' }).click();
  await page.waitForURL(`**/figures/index.html#${id}`);
  await page.locator(':target').first().waitFor();
  const series = await page.evaluate(() => document.querySelector(':target')?.textContent.trim() ?? '');
  check(`${name}: the figure leads to its past`, series.includes(text) && page.url().endsWith(`figures/index.html#${id}`), page.url());
  none(`${name}: a cited figure, no complaint`, noted.complaints);
  await close();
  const direct = await open(browser, `${top}${route}#${id}`);
  check(`${name}: a cited address shows its citation`, await direct.page.locator('[data-cite]').textContent().then(says => says.includes(text)));
  await direct.close();
}

// The changes of a report since the year before, where both follow one form.
export async function changes(browser, site, top, name, route) {
  const [, agency, year] = route.split('/');
  const before = `agencies/${agency}/${year - 1}/index.html`;
  if (!site.has(before) || site.dataOf(before).form !== site.dataOf(route).form) return;
  const [now, then] = [byId(site.dataOf(route)), byId(site.dataOf(before))];
  const { page, close } = await open(browser, top + route);
  const shown = await page.evaluate(() => [...document.querySelectorAll('td[data-cell]')]
    .map(cell => [cell.id, cell.dataset.change ?? '']));
  const wrong = shown.filter(([id, change]) => {
    const difference = Number((Number(now.get(id) ?? 0) - Number(then.get(id) ?? 0)).toFixed(6));
    const written = change === '' ? 0 : Number(change.replace('\u2212', '-'));
    if (Number.isNaN(difference)) return change !== '';
    return !/^([+\u2212][\d.]+)?$/.test(change) || written !== difference;
  });
  check(`${name}: has changes`, shown.some(([, change]) => change));
  none(`${name}: changes since the year before`, wrong);
  const visible = () => page.evaluate(() => getComputedStyle(document.querySelector('[data-change]'), '::after').content !== 'none');
  check(`${name}: changes are folded away`, !await visible());
  for (const label of await page.locator('.tables > label').all()) await label.click();
  check(`${name}: changes show when asked for`, await visible());
  await close();
}

// The charts of an agency say what the table beneath them says.
export async function charts(browser, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => {
    const table = document.querySelector('section:has(.charts) table');
    const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
    const column = (label, year) => {
      const row = [...table.tBodies[0].rows].find(row => row.cells[0].textContent.trim() === year);
      return row?.cells[heads.indexOf(label)]?.textContent.trim() ?? '';
    };
    return [...document.querySelectorAll('.charts figure')].map(figure => {
      const label = figure.querySelector('figcaption').textContent;
      const years = [...figure.querySelectorAll('.year')].map(text => text.textContent);
      const bars = [...figure.querySelectorAll('rect')].map(bar => Number(bar.getAttribute('height')));
      const values = [...figure.querySelectorAll('text:not(.year)')].map(text => text.textContent);
      return { label, values, bars, table: years.map(year => column(label, year)).filter(Boolean) };
    });
  });
  check(`${name}: has charts`, seen.length > 2);
  none(`${name}: charts as in the table`, seen.filter(one => String(one.values) !== String(one.table)).map(one => one.label));
  const crooked = seen.filter(({ values, bars }) => {
    const numbers = values.map(value => Number(bare(value)));
    const most = Math.max(...numbers);
    return numbers.some((number, at) => Math.abs(bars[at] / Math.max(...bars) - number / most) > 0.02);
  });
  none(`${name}: bars in proportion`, crooked.map(one => one.label));
  await close();
}

// The map of a year adds up, along and down.
export async function map(browser, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const tables = await page.evaluate(() => [...document.querySelectorAll('.map table')].map(table =>
    [...table.tBodies].map(body => [...body.rows].map(row => [...row.cells].slice(1).map(cell => cell.textContent)))));
  check(`${name}: has a map`, tables.length > 0);
  const sum = numbers => numbers.reduce((all, one) => all + one, 0);
  for (const [rows, [total]] of tables.map(bodies => bodies.map(body => body.map(row => row.map(text => Number(bare(text))))))) {
    none(`${name}: parts add up`, [...rows, total].filter(row => sum(row.slice(0, -1)) !== row.at(-1)).map(String));
    none(`${name}: agencies add up`, total.filter((figure, at) => sum(rows.map(row => row[at])) !== figure));
  }
  await close();
}

// All corrections of the portal: as the downloads have them, the newest first, each leading
// to its place in its report and into the feed.
export async function corrections(browser, site, top, route) {
  const written = site.files.filter(file => /^agencies\/[^/]+\/\d{4}\/[^/]+\.json$/.test(file)).flatMap(file => {
    const page = file.replace(/[^/]*$/, 'index.html');
    return (site.json(file).corrections ?? []).map((one, at) => ({ ...one, page, id: `correction-${at + 1}` }));
  });
  const { page, close } = await open(browser, top + route);
  const shown = await page.evaluate(() => [...document.querySelectorAll('.corrected > li')].map(item => ({
    title: item.querySelector('a').href,
    date: item.querySelector('time').dateTime,
    from: item.querySelector('del').textContent,
    to: item.querySelector('ins').textContent,
    text: item.textContent,
  })));
  check('corrections: there are some', written.length > 0 && shown.length === written.length, `${shown.length} of ${written.length}`);
  none('corrections: the newest first', shown.filter((one, at) => at && shown[at - 1].date < one.date).map(one => one.date));
  const missing = written.filter(({ page, id, date, from, to, reason, by }) => !shown.some(one =>
    one.title === `${top}${page}#${id}` && one.date === date && bare(one.from) === from && bare(one.to) === to
    && one.text.includes(reason) && one.text.includes(by)));
  none('corrections: as in the downloads', missing.map(one => `${one.page}: ${one.reason}`));
  none('corrections: at their reports', written.filter(({ page, id }) => !site.ids(page).has(id)).map(one => one.page));
  const feed = site.text('atom.xml');
  none('corrections: in the feed', written.filter(({ page, id, reason }) =>
    !feed.includes(`${page.replace('index.html', '')}#${id}</id>`) || !feed.includes(reason)).map(one => one.page));
  const stale = written.filter(({ page, cell, to }) => cell && String(byId(site.dataOf(page)).get(idOf(cell))) !== to);
  none('corrections: end at the figure of today', stale.map(one => `${one.page} ${one.cell}`));
  await close();
}

// The reports of a year with their downloads.
function reportsOf(site, year) {
  const routes = site.files.filter(file => new RegExp(`^agencies/[^/]+/${year}/index.html$`).test(file));
  return routes.map(route => ({ route, data: site.dataOf(route) }));
}

// The timeline of a year: every date of the downloads, each kind against its legal date.
export async function timeline(browser, site, top, name, route) {
  const year = Number(route.split('/')[1]);
  const written = reportsOf(site, year).map(({ data }) => data.published).filter(Boolean).toSorted();
  const { page, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => ({
    days: [...document.querySelectorAll('.dates tbody tr')].map(row => ({
      date: row.querySelector('time').dateTime, count: Number(row.cells[2].textContent),
    })),
    bars: [...document.querySelectorAll('.lanes figure')].map(figure => ({
      line: Number(figure.querySelector('path')?.getAttribute('d').match(/\d+/)[0] ?? Infinity),
      bars: [...figure.querySelectorAll('rect')].map(bar => ({ late: bar.classList.contains('late'), x: Number(bar.getAttribute('x')) })),
      numbers: figure.querySelector('figcaption span').textContent.match(/\d+/g).map(Number),
      said: figure.querySelector('desc').textContent === figure.querySelector('figcaption span').textContent,
    })),
    late: document.querySelectorAll('#timeline ~ .half > div:last-child li').length,
    missing: document.querySelectorAll('#timeline ~ .half > div:first-child li').length,
  }));
  await close();
  const shown = seen.days.flatMap(({ date, count }) => Array(count).fill(date)).toSorted();
  check(`${name}: every date of publication`, String(shown) === String(written), `${shown} not ${written}`);
  check(`${name}: lanes`, seen.bars.length > 1 && seen.bars.every(lane => lane.said));
  none(`${name}: late bars behind the legal date`, seen.bars.filter(({ line, bars }) => bars.some(bar => bar.late !== bar.x > line)));
  none(`${name}: lanes add up`, seen.bars.filter(({ numbers: [of, onTime, late, missing] }) => of !== onTime + late + missing));
  const sum = at => seen.bars.reduce((all, { numbers }) => all + numbers[at], 0);
  check(`${name}: late and missing as listed`, sum(2) === seen.late && sum(3) === seen.missing, `${sum(2)}, ${sum(3)}`);
}

// The totals of a year: each is the sum of the cell that its column leads to, over the downloads
// of all reports that are added up.
export async function totals(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => {
    const table = document.querySelector('#reports ~ .tbl table');
    const ids = [...table.tHead.rows[0].cells].map((_, at) => [...table.tBodies[0].rows]
      .map(row => row.cells[at].querySelector('a[href*="#"]')?.href.split('#')[1]).find(Boolean));
    return {
      ids: ids.slice(2, -1).map(id => id && decodeURIComponent(id)),
      totals: [...document.querySelector('.figures').querySelectorAll('dd')].map(figure => figure.textContent),
      added: [...document.querySelectorAll('.map tbody:first-of-type th a')].map(link => link.href),
    };
  });
  await close();
  const reports = [...new Set(seen.added)].map(href => byId(site.dataOf(href.slice(top.length))));
  const known = seen.ids.map((id, at) => ({ id, total: Number(bare(seen.totals[at] ?? '')) })).filter(({ id }) => id);
  check(`${name}: totals lead to cells`, known.length >= 4 && seen.totals.length === seen.ids.length, String(seen.ids));
  none(`${name}: totals worked out again`, known.filter(({ id, total }) =>
    total !== reports.reduce((all, figures) => all + Number(figures.get(id) || 0), 0)).map(({ id, total }) => `${id}: ${total}`));
}

// The rankings of a year, worked out again from the figures they name.
export async function rankings(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const tables = await page.evaluate(() => [...document.querySelectorAll('.rank table')].map(table => ({
    byShare: table.tHead.rows[0].cells.length > 3,
    rows: [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent.trim())),
  })));
  const mapped = await page.evaluate(() => document.querySelectorAll('.map tbody:first-of-type tr').length);
  await close();
  check(`${name}: has rankings`, tables.length >= 2 && tables.some(table => table.byShare));
  for (const { byShare, rows } of tables) {
    check(`${name}: every report is in the ranking`, rows.length === mapped, `${rows.length} of ${mapped}`);
    const read = rows.map(([rank, agency, ...figures]) => {
      const [share, value, of] = byShare ? figures : [null, ...figures];
      return { rank: parseInt(rank), tied: /\D/.test(rank), agency, share, value: Number(bare(value)), of: Number(bare(of ?? '')) };
    });
    const ranked = read.filter(row => row.rank);
    none(`${name}: nothing is ranked by few`, byShare ? ranked.filter(row => row.of < 5).concat(read.filter(row => !row.rank && row.of >= 5)) : []);
    const weight = row => (byShare ? row.value / row.of : row.value);
    none(`${name}: ranks`, ranked.filter(row => row.rank !== 1 + ranked.filter(other => weight(other) > weight(row) + 1e-12).length).map(row => row.agency));
    none(`${name}: equal ones share a rank and say so`, ranked.filter(row => row.tied !== ranked.some(other => other !== row && other.rank === row.rank)).map(row => row.agency));
    none(`${name}: shares`, byShare ? ranked.filter(row => Math.abs(parseFloat(row.share) - (100 * row.value) / row.of) > 0.05001).map(row => row.agency) : []);
  }
}

// The regions of a year add up to its totals, and to all of whom a report is expected.
export async function regions(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => ({
    rows: [...document.querySelectorAll('#regions ~ .tbl tbody tr')].map(row => [...row.cells].slice(1).map(cell => Number(cell.textContent.replaceAll(',', '')))),
    totals: [...document.querySelectorAll('.figures dd')].map(figure => Number(figure.textContent.replaceAll(',', ''))),
    lead: document.querySelector('.lead').textContent.match(/\d+/g).map(Number),
  }));
  await close();
  check(`${name}: has regions`, seen.rows.length > 1);
  const sums = seen.rows.reduce((all, row) => row.map((figure, at) => figure + (all[at] ?? 0)), []);
  check(`${name}: regions add up to the totals`, String(sums.slice(3)) === String(seen.totals), `${sums} not ${seen.totals}`);
  check(`${name}: regions add up to all reports`, String(sums.slice(0, 2)) === String(seen.lead), `${sums} not ${seen.lead}`);
}

// The calendar of an agency says what its reports say.
export async function calendar(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const rows = await page.evaluate(() => [...document.querySelectorAll('.calendar tbody tr')].map(row => ({
    href: row.querySelector('th a')?.href, date: row.querySelector('time')?.dateTime ?? '', text: row.textContent.trim(),
    words: [...row.cells].slice(1).every(cell => /[\p{L}\d—]/u.test(cell.textContent.replace(/[✓◩!□i]/gu, ''))),
  })));
  await close();
  check(`${name}: has a calendar`, rows.length > 1 && rows.some(row => row.href));
  none(`${name}: dates of the calendar`, rows.filter(row => row.href && row.date !== site.dataOf(row.href.slice(top.length)).published).map(row => row.text));
  none(`${name}: the calendar speaks in words`, rows.filter(row => !row.words).map(row => row.text));
}
