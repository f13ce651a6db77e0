// How pages look: held against the standards at every width, in every look, with the colours of the system, on paper.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { open } from './browser.mjs';
import { check, none } from './tally.mjs';

const WIDTHS = [1280, 375, 320];
const LOOKS = ['light', 'dark', 'elder'];
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// A sheet of A4 between the margins of the style, in CSS pixels.
const SHEET = Math.floor((210 - 2 * 16) / 25.4 * 96);
// What can differ between light and dark.
const COLOURS = ['color-contrast', 'link-in-text-block'];
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Standards and overflow at every width in every look.
export async function looks(browser, site, top, name, route) {
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
  await system(page, name);
  await paper(page, name);
  await close();
}

// With the colours of the system nothing is lost: no text on its own colour, no box that says nothing, links told apart.
async function system(page, name) {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const seen = await page.evaluate(() => {
    const style = (one, what) => getComputedStyle(one)[what];
    const ground = one => {
      while (one && /^rgba\(.*, 0\)$/.test(style(one, 'backgroundColor'))) one = one.parentElement;
      return one ? style(one, 'backgroundColor') : style(document.documentElement, 'backgroundColor');
    };
    const own = one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const shown = one => one.checkVisibility() && one.getClientRects().length > 0;
    const all = [...document.body.querySelectorAll('*')].filter(shown);
    const says = one => `${one.localName}.${one.getAttribute('class') ?? ''}: ${one.textContent.trim().slice(0, 20)}`;
    const paint = one => style(one, one.closest('svg') ? 'fill' : 'color');
    const edged = one => one.localName === 'span' && parseFloat(style(one, 'borderTopWidth')) > 0 && style(one, 'borderTopColor') !== ground(one);
    return {
      lost: all.filter(one => own(one) && paint(one) === ground(one)).map(says),
      empty: all.filter(one => !one.textContent.trim() && edged(one)).map(says),
      links: all.filter(one => one.localName === 'a' && own(one) && !one.matches('.brand, [aria-current]') && style(one, 'color') === style(document.body, 'color') && !style(one, 'textDecorationLine').includes('underline')).map(says),
      drawn: all.filter(one => ['rect', 'path'].includes(one.localName) && [style(one, 'fill'), style(one, 'stroke')].every(colour => ['none', ground(one)].includes(colour))).map(says),
    };
  });
  none(`${name}: no text on its own colour, colours of the system`, seen.lost);
  none(`${name}: no empty box, colours of the system`, seen.empty);
  none(`${name}: links are told apart, colours of the system`, seen.links);
  none(`${name}: what is drawn is seen, colours of the system`, seen.drawn);
  await page.emulateMedia({ forcedColors: 'none' });
}

// On paper: as wide as the sheet, nothing cut off, heads on every sheet, nothing to fill in or to press.
async function paper(page, name) {
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await page.setViewportSize({ width: SHEET, height: 1000 });
  const seen = await page.evaluate(() => {
    const shown = one => one.checkVisibility() && one.getClientRects().length > 0;
    const all = [...document.body.querySelectorAll('*')].filter(shown);
    const says = one => `${one.localName}.${one.getAttribute('class') ?? ''}`;
    const cut = one => getComputedStyle(one).overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1 && !one.closest('.hidden');
    const lines = one => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    };
    return {
      wide: document.documentElement.scrollWidth,
      cut: all.filter(cut).map(says),
      heads: all.filter(one => one.localName === 'thead' && getComputedStyle(one).display !== 'table-header-group').length,
      torn: all.filter(one => one.localName === 'tr' && getComputedStyle(one).breakInside !== 'avoid').length,
      asked: all.filter(one => one.matches('input, select, button')).map(says),
      // A year in the head of a column stands in one line.
      years: all.filter(one => one.localName === 'th' && /^\d{4}$/.test(one.textContent.trim()) && one.scope === 'col' && lines(one) > 1).map(says),
    };
  });
  check(`${name}: fits on a sheet of paper`, seen.wide <= SHEET, `${seen.wide} > ${SHEET} px`);
  none(`${name}: nothing is cut off on paper`, seen.cut);
  check(`${name}: heads of tables are on every sheet`, seen.heads === 0 && seen.torn === 0, `${seen.heads} heads, ${seen.torn} rows`);
  none(`${name}: nothing to fill in on paper`, seen.asked);
  none(`${name}: years stand in one line on paper`, seen.years);
}

// Does a thing for every page, two at a time.
export async function every(pages, task) {
  const left = Object.entries(pages);
  const worker = async () => {
    while (left.length) await task(...left.shift());
  };
  await Promise.all([worker(), worker()]);
}

