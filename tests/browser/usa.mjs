// The other regime, whose agencies name the rows of their tables themselves: `node usa.mjs PUBLIC_DIR`.
import { launch, open } from './browser.mjs';
import * as compare from './compare.mjs';
import * as figures from './figures.mjs';
import { every, looks } from './looks.mjs';
import { Site } from './site.mjs';
import { check, close } from './tally.mjs';

const site = new Site(process.argv[2] ?? 'target/usa');
const browser = await launch();
const places = { 'at the root': await site.serve(), 'as files': site.asFiles() };
const root = places['at the root'];
for (const [name, route] of Object.entries(site.pages())) await figures.linked(browser, site, root, name, route);
for (const [place, top] of Object.entries(places)) {
  await compare.same(browser, place, top, 'compare/sample/2023-2024/index.html', 'compare/index.html?a=sample-2023&b=sample-2024', 100);
}
// A figure of a row that only this agency has leads to its past.
const { page, close: done } = await open(browser, `${root}agencies/sample/2024/index.html#response_times-complex.median-rivers`);
await page.locator('[data-cite] a', { hasText: 'Over the years' }).click();
await page.waitForURL('**/figures/index.html#*');
const row = await page.evaluate(() => document.querySelector(':target')?.textContent ?? '');
check('a row of its own over the years', row.includes('Sample Rivers Board') && row.includes('Complex'), row);
await done();
await every(site.pages(), (name, route) => looks(browser, site, root, `usa ${name}`, route));
await browser.close();
close();
