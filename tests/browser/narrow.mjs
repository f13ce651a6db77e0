// The list of agencies, narrowed by a reader: from the form, from a pasted address, from a disk.
import { open } from './browser.mjs';
import { check } from './tally.mjs';

const rows = page => page.evaluate(() => [...document.querySelectorAll('.roll tbody tr')].map(row => ({
  shown: row.checkVisibility(),
  id: row.dataset.agency,
  region: row.querySelector('small').textContent,
  kind: row.closest('.roll').getAttribute('aria-labelledby'),
  late: [...row.querySelectorAll('.late')].map(mark => mark.textContent.slice(0, 4)),
  figure: Number(row.cells[2].textContent.replaceAll(',', '')),
})));
const shown = list => list.filter(row => row.shown);
const same = (some, others) => String(some.map(row => row.id)) === String(others.map(row => row.id));

export async function list(browser, places, route) {
  for (const [place, top] of Object.entries(places)) {
    const { page, noted, close } = await open(browser, top + route);
    const all = await rows(page);
    check(`narrow ${place}: all at first`, shown(all).length === all.length && all.length > 5);
    const late = all.filter(row => row.late.length);
    await page.selectOption('#state', 'late');
    check(`narrow ${place}: by state`, same(shown(await rows(page)), late) && late.length > 0 && late.length < all.length);
    const said = await page.locator('#narrowed').textContent();
    check(`narrow ${place}: says how many`, said.includes(String(late.length)) && said.includes(String(all.length)), said);
    await page.goto(`${top}${route}?state=late&year=${late[0].late[0]}`);
    check(`narrow ${place}: by year, from an address`, same(shown(await rows(page)), late.filter(row => row.late.includes(late[0].late[0]))));
    const region = all.at(-1).region;
    await page.goto(`${top}${route}?region=${encodeURIComponent(region)}`);
    check(`narrow ${place}: by region`, same(shown(await rows(page)), all.filter(row => row.region === region)));
    await page.goto(`${top}${route}?name=${all[2].id}`);
    check(`narrow ${place}: by name`, same(shown(await rows(page)), all.filter(row => row.id.includes(all[2].id))));
    await page.goto(`${top}${route}?sort=figure&kind=${all[0].kind.replace('kind-', '')}`);
    const sorted = shown(await rows(page));
    const kind = all.filter(row => row.kind === all[0].kind);
    check(`narrow ${place}: by kind, in order of the figure`, sorted.length === kind.length && sorted.every((row, at) => !at || sorted[at - 1].figure >= row.figure));
    await page.goto(`${top}${route}?name=no-such-agency&colour=red`);
    check(`narrow ${place}: nothing where nothing is`, shown(await rows(page)).length === 0);
    check(`narrow ${place}: no complaint`, noted.complaints.length === 0, noted.complaints);
    await close();
  }
}
