// A year with so many reports that its tables have pages of their own: `node long.mjs PUBLIC_DIR`.
import { launch } from './browser.mjs';
import { every, looks } from './looks.mjs';
import { Site } from './site.mjs';
import { check, close } from './tally.mjs';

const site = new Site(process.argv[2] ?? 'target/long');
const of = kind => site.files.filter(file => site.text(file).includes(`<body class="${kind}"`)).at(-1);
const tables = site.files.filter(file => /^years\/\d+\/[^/]+\/index.html$/.test(file));
const last = tables.filter(file => file.split('/')[1] === tables.at(-1)?.split('/')[1]);
const pages = Object.fromEntries(last.map(route => [route.split('/')[2], route]));
check('long: tables with pages of their own', 'breakdown-1' in pages && 'ranking-1' in pages, Object.keys(pages));
const browser = await launch();
await every({ ...pages, year: of('year') }, async (name, route) => looks(browser, site, await site.serve(), `long ${name}`, route));
await browser.close();
close();
