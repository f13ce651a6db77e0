// Two reports side by side, worked out again from their downloads.
import { byId } from './figures.mjs';
import { open } from './browser.mjs';
import { check, none } from './tally.mjs';

// What a comparison shows: its rows, and the text of both sides put together from its runs.
const read = page => page.evaluate(() => {
  const side = kind => [...document.querySelectorAll('.diff')].map(text => [...text.children].filter(run => run.localName !== kind)
    .map(run => [...run.childNodes].filter(node => node.localName !== 'b').map(node => node.textContent).join('')).join(''));
  return {
    rows: [...document.querySelectorAll('.pair tbody tr')].map(row => ({
      cells: [...row.cells].map(cell => cell.textContent.trim()),
      id: row.querySelector('a')?.href.split('#')[1] ?? '',
      same: row.className === 'same',
    })),
    before: side('ins'),
    after: side('del'),
    marked: [...document.querySelectorAll('.diff :is(del, ins)')].every(run => run.firstElementChild?.localName === 'b'),
    share: document.querySelector('#texts small, .pair h2:last-of-type small')?.textContent.match(/[\d.]+/)?.[0],
  };
});

const bare = text => text.replaceAll(',', '');
const number = text => Number(text.replaceAll(',', '').replace('\u2212', '-'));

function reckon(name, rows) {
  none(`${name}: changes`, rows.filter(({ cells: [, before, after, change] }) => before !== '—' && after !== '—' && change !== '—'
    && Math.abs(number(after) - number(before) - number(change)) > 1e-6).map(row => row.cells.join(' ')));
  none(`${name}: percent`, rows.filter(({ cells: [, before, after,, percent] }) => percent !== '—'
    && Math.abs(((number(after) - number(before)) / number(before)) * 100 - parseFloat(percent.replace('\u2212', '-'))) > 0.0501).map(row => row.cells.join(' ')));
}

// Pages of two years: every figure that is not 0 in both, with its change.
export async function pairs(browser, site, top) {
  const routes = site.files.filter(file => /^compare\/[^/]+\/\d{4}-\d{4}\/index.html$/.test(file));
  check('pairs: there are some', routes.length > 10, routes.length);
  for (const route of routes.filter((_, at) => at % 4 === 0)) {
    const [, agency, years] = route.split('/');
    const [then, now] = years.split('-').map(year => site.json(`agencies/${agency}/${year}/${agency}-${year}.json`));
    const { page, close } = await open(browser, top + route);
    const seen = await read(page);
    await close();
    reckon(route, seen.rows);
    const [old, figures] = [byId(then), byId(now)];
    const shown = new Map(seen.rows.map(row => [row.id, row]));
    none(`${route}: figures as in the download`, seen.rows.filter(({ id, cells }) => bare(cells[2]) !== String(figures.get(id) ?? '—') && number(cells[2]) !== Number(figures.get(id))).map(row => row.id));
    if (then.form !== now.form) continue;
    const nothing = value => ['', '/', '0'].includes(String(value ?? '')) || Number(value) === 0;
    const wanted = [...figures.keys()].filter(id => !nothing(figures.get(id)) || !nothing(old.get(id)));
    none(`${route}: every figure is there`, wanted.filter(id => bare(shown.get(id)?.cells[1] ?? '') !== String(old.get(id) ?? '—') && number(shown.get(id)?.cells[1] ?? '') !== Number(old.get(id) ?? 0)));
    check(`${route}: and no other`, seen.rows.length === wanted.length, `${seen.rows.length}, not ${wanted.length}`);
  }
}

// From an address, the script says what the page made beforehand says, in at least so many rows.
export async function same(browser, place, top, made, asked, least) {
  const first = await open(browser, top + made);
  const page = await read(first.page);
  await first.close();
  const { page: script, noted, close } = await open(browser, top + asked);
  await script.waitForSelector('.pair');
  const found = await read(script);
  await close();
  const cells = seen => seen.rows.map(row => String(row.cells)).toSorted();
  const [there, here] = [new Set(cells(page)), new Set(cells(found))];
  check(`compare ${place}: as many rows as the page made beforehand`, found.rows.length === page.rows.length && page.rows.length >= least, `${found.rows.length}, not ${page.rows.length}`);
  none(`compare ${place}: as the page made beforehand`, [...there].filter(row => !here.has(row)));
  none(`compare ${place}: no complaint`, noted.complaints);
}

// Any two reports from an address, wherever the site stands: the same rows and texts as the
// page made beforehand, where there is one.
export async function any(browser, site, places, route) {
  const made = site.files.find(file => /^compare\/.*\/2022-2023\/index.html$/.test(file));
  const agency = made.split('/')[1];
  for (const [place, top] of Object.entries(places)) {
    const first = await open(browser, top + made);
    const page = await read(first.page);
    await first.close();
    const { page: script, noted, close } = await open(browser, `${top}${route}?a=${agency}-2022&b=${agency}-2023`);
    await script.waitForSelector('.pair');
    const found = await read(script);
    const cells = seen => String(seen.rows.map(row => row.cells));
    check(`compare ${place}: as the page made beforehand`, found.rows.length > 5 && cells(found) === cells(page));
    check(`compare ${place}: both texts whole`, String(found.before) === String(page.before) && String(found.after) === String(page.after) && found.after.length > 0);
    check(`compare ${place}: what changed is marked by words`, found.marked && page.marked);
    await script.check('#only');
    const left = await script.evaluate(() => [...document.querySelectorAll('.pair tbody tr')].filter(row => row.checkVisibility()).length);
    check(`compare ${place}: only what differs`, left === found.rows.filter(row => row.cells[1] !== row.cells[2]).length && left < found.rows.length, left);
    const loaded = noted.requests.filter(asked => /compare\/data|compare\/forms|search\//.test(asked));
    check(`compare ${place}: loads two reports and their form`, loaded.length === 5, loaded);
    await script.goto(`${top}${route}`);
    const begun = await script.evaluate(() => ['a', 'b'].map(side => ['agency', 'year'].map(part => document.getElementById(`${side}-${part}`).value).join('-')));
    check(`compare ${place}: two that differ to begin with`, begun[0] !== begun[1], begun);
    // Reports of two forms and two agencies.
    await script.goto(`${top}${route}?a=shili-scj-2020&b=${agency}-2021`);
    await script.waitForSelector('.pair');
    const across = await read(script);
    reckon(`compare ${place}: across forms`, across.rows);
    check(`compare ${place}: across forms`, across.rows.some(row => row.cells[1] === '—') && across.rows.some(row => row.cells[3] !== '—'));
    // And the other way round the changes are turned.
    await script.goto(`${top}${route}?a=${agency}-2021&b=shili-scj-2020`);
    await script.waitForSelector('.pair');
    const turned = await read(script);
    check(`compare ${place}: the other way round`, String(across.rows.map(row => [row.cells[1], row.cells[2]])) === String(turned.rows.map(row => [row.cells[2], row.cells[1]])));
    for (const wrong of ['?a=nobody-2021&b=x', `?a=${agency}-2021`, `?a=${agency}-2021&b=${agency}-2021`, '?a=__proto__-2021&b=constructor-2020']) {
      await script.goto(`${top}${route}${wrong}`);
      check(`compare ${place}: says what is missing of ${wrong}`, (await script.locator('#compared').textContent()).trim().length > 5);
    }
    // Chosen by hand.
    await script.goto(top + route);
    await script.selectOption('#a-agency', 'shili-swj');
    await script.selectOption('#b-year', { index: 0 });
    await script.locator('#compare button').click();
    await script.waitForURL(/a=shili-swj-\d{4}&b=/);
    await script.waitForSelector('.pair');
    check(`compare ${place}: no complaint`, noted.complaints.length === 0, noted.complaints);
    await close();
  }
}
