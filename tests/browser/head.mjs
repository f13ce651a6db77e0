// What pages say of themselves to programs, and the switches they offer to people.
import { open } from './browser.mjs';
import { check, none } from './tally.mjs';

const EVERY = ['SiteName', 'SiteDomain', 'SiteIDCode'];
const COLUMN = ['ColumnName', 'ColumnDescription', 'ColumnKeywords', 'ColumnType'];
const ARTICLE = ['ArticleTitle', 'PubDate', 'ContentSource', 'Keywords', 'Author', 'Url'];
const CITED = ['citation_title', 'citation_author', 'citation_publication_date', 'citation_public_url'];

// The tags of government pages, the address, the data of schema.org: there, once, not empty, true.
export async function tags(browser, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const seen = await page.evaluate(() => ({
    tags: [...document.querySelectorAll('meta[name], meta[property]')]
      .map(tag => [tag.getAttribute('name') ?? tag.getAttribute('property'), tag.content]),
    canonical: [...document.querySelectorAll('link[rel=canonical]')].map(link => link.href),
    data: [...document.querySelectorAll('script[type="application/ld+json"]')].map(script => script.textContent),
    title: document.querySelector('h1').textContent.trim(),
    published: document.querySelector('.facts time')?.dateTime,
    steps: [...document.querySelectorAll('.crumb li')].length,
    inline: document.querySelectorAll('script:not([src]):not([type="application/ld+json"]), [onclick], [style], style').length,
  }));
  await close();
  const tags = new Map(seen.tags);
  if (name === 'prose') check(`${name}: its title and date`, tags.get('ArticleTitle') === seen.title && tags.get('PubDate')?.length === 16);
  const report = name.startsWith('report');
  const wanted = ['description', ...EVERY];
  if (name !== 'home' && name !== '404') wanted.push(...COLUMN);
  if (name !== '404') wanted.push('og:title', 'og:type', 'og:url', 'og:site_name', 'og:description');
  if (report) wanted.push(...ARTICLE, ...CITED);
  if (name === 'prose') wanted.push(...ARTICLE.filter(tag => tag !== 'Author'));
  none(`${name}: tags`, wanted.filter(tag => !tags.get(tag)?.trim()));
  none(`${name}: no tag twice or empty`, seen.tags.filter(([tag, text], at) => !text.trim() || seen.tags.findIndex(([other]) => other === tag) !== at).map(String));
  check(`${name}: a strict policy would let it be`, seen.inline === 0);
  if (name === '404') return;
  check(`${name}: one address`, seen.canonical.length === 1 && tags.get('og:url') === seen.canonical[0]);
  const things = seen.data.flatMap(text => JSON.parse(text)['@graph']);
  const types = things.map(thing => thing['@type']);
  const steps = things.find(thing => thing['@type'] === 'BreadcrumbList').itemListElement;
  check(`${name}: the way to it`, steps.length === Math.max(1, seen.steps) && steps.every(({ position }, at) => position === at + 1), JSON.stringify(steps));
  const expected = report ? ['Report', 'Dataset'] : { home: ['WebSite'], agency: ['GovernmentOrganization'] }[name] ?? [];
  none(`${name}: what it is`, expected.filter(type => !types.includes(type)));
  if (report) {
    check(`${name}: title of the tag is the title seen`, tags.get('ArticleTitle') === seen.title);
    check(`${name}: date of the tag is the date seen`, tags.get('PubDate') === `${seen.published} 00:00`);
    check(`${name}: date in the data is the date seen`, things.find(thing => thing['@type'] === 'Report').datePublished === seen.published);
  }
}

// The page in every language names itself and the others, and a reader gets there.
export async function languages(browser, site, top, name, route) {
  const { page, close } = await open(browser, top + route);
  const links = () => page.evaluate(() => [...document.querySelectorAll('link[hreflang]')].map(link => [link.hreflang, link.href]));
  const here = await links();
  const lang = () => page.evaluate(() => document.documentElement.lang);
  const own = await lang();
  check(`${name}: named in every language`, here.length === site.languages.length + 1 && new Set(here.map(([, href]) => href)).size === here.length);
  for (const other of here.map(([language]) => language).filter(language => language !== own)) {
    await page.locator(`header a[hreflang="${other}"]`).click();
    check(`${name}: ${other} is a click away`, await lang() === other && page.url().endsWith(`${other}/${route}`), page.url());
    check(`${name}: both name each other`, JSON.stringify(await links()) === JSON.stringify(here));
    await page.locator(`header a[hreflang="${own}"]`).click();
    check(`${name}: and back`, page.url() === top + route, page.url());
  }
  await close();
}

// A reader's choice of type and colours stays on the next page.
export async function switches(browser, top, route) {
  const { page, noted, close } = await open(browser, top + route);
  const state = () => page.evaluate(() => ({
    size: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
    paper: getComputedStyle(document.body).backgroundColor,
    pressed: [...document.querySelectorAll('.switches button')].map(button => button.ariaPressed).join(),
  }));
  const before = await state();
  check('switches: as the reader came', before.pressed === 'false,false');
  for (const button of await page.locator('.switches button').all()) await button.click();
  const after = await state();
  check('switches: large type and dark', after.size >= before.size * 1.4 && after.paper !== before.paper && after.pressed === 'true,true', JSON.stringify(after));
  await page.goto(`${top}index.html`);
  check('switches: kept on the next page', JSON.stringify(await state()) === JSON.stringify(after));
  for (const button of await page.locator('.switches button').all()) await button.click();
  check('switches: and back', JSON.stringify(await state()) === JSON.stringify(before));
  // Dark by a reader's choice is the dark of the system, whatever the accent of the portal.
  const accent = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'));
  const darks = {};
  for (const name of ['qing', 'zhu', 'song', 'mo']) {
    await page.evaluate(name => { Object.assign(document.documentElement.dataset, { accent: name, theme: 'dark' }); }, name);
    darks[name] = await accent();
    await page.evaluate(() => delete document.documentElement.dataset.theme);
    await page.emulateMedia({ colorScheme: 'dark' });
    check(`switches: dark with ${name}`, await accent() === darks[name], darks[name]);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  check('switches: every accent has a dark of its own', new Set(Object.values(darks)).size === 4, Object.values(darks));
  none('switches: no complaint', noted.complaints);
  await close();
}
