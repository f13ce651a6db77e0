// A built site as the tests see it: its files, one page of every kind, and places to serve it.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPES = {
  html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml',
  js: 'text/javascript; charset=utf-8', json: 'application/json', xml: 'application/xml',
  csv: 'text/csv; charset=utf-8', txt: 'text/plain; charset=utf-8', png: 'image/png',
};

export class Site {
  constructor(folder) {
    this.folder = path.resolve(folder);
    this.files = walk(this.folder).sort();
    this.kept = new Map();
  }

  has(route) {
    return this.files.includes(route);
  }

  text(route) {
    if (!this.kept.has(route)) this.kept.set(route, fs.readFileSync(path.join(this.folder, route), 'utf8'));
    return this.kept.get(route);
  }

  size(route) {
    return fs.statSync(path.join(this.folder, route)).size;
  }

  json(route) {
    return JSON.parse(this.text(route));
  }

  // The ids of a page.
  ids(route) {
    return new Set([...this.text(route).matchAll(/\sid="([^"]*)"/g)].map(found => found[1]));
  }

  // The JSON download of a report's page.
  dataOf(page) {
    const [agency, year] = page.split('/').slice(-3);
    return this.json(`agencies/${agency}/${year}/${agency}-${year}.json`);
  }

  // The labels of every figure of a report by its address, as the CSV download has them: [row, column].
  labels(page) {
    const [, agency, year] = page.split('/');
    const lines = this.text(`agencies/${agency}/${year}/${agency}-${year}.csv`).trim().split('\r\n').slice(1);
    const fields = line => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare);
    return new Map(lines.map(fields).map(([table, row, column, ...labels]) => [`${table}[${row}, ${column}]`, labels]));
  }

  // The same pages in another language lie in a folder of its name.
  get languages() {
    return this.files.filter(file => /^[a-z]{2,3}(-[A-Za-z]+)?\/index\.html$/.test(file)).map(file => file.split('/')[0]);
  }

  // The heaviest page of every kind, and of the reports the heaviest of every form:
  // {name: route}, the kind being the class of the page's body.
  pages() {
    const heaviest = {};
    const other = this.languages.map(language => `${language}/`);
    for (const route of this.files.filter(file => file.endsWith('.html') && !other.some(folder => file.startsWith(folder)))) {
      let kind = this.text(route).match(/<body class="([^" ]*)/)?.[1];
      if (!kind) continue;
      if (kind === 'report') kind = `report of ${this.dataOf(route).form ?? 'no form'}`;
      if (!(kind in heaviest) || this.size(route) > this.size(heaviest[kind])) heaviest[kind] = route;
    }
    return heaviest;
  }

  // Some of these pages in the other languages.
  translated(pages) {
    const some = Object.entries(pages).filter(([name]) => ['home', 'prose', 'search', 'report of cn-2021'].includes(name));
    return Object.fromEntries(this.languages.flatMap(language => some.map(([name, route]) => [`${name} in ${language}`, `${language}/${route}`])));
  }

  // Serves the site below a path of an address of this machine: the address of its top.
  async serve(below = '/') {
    const server = http.createServer((request, response) => {
      const asked = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
      let route = asked.startsWith(below) ? asked.slice(below.length) : '../';
      if (route === '' || route.endsWith('/')) route += 'index.html';
      const found = this.has(route);
      const type = TYPES[(found ? route : '404.html').split('.').pop()] ?? 'application/octet-stream';
      response.writeHead(found ? 200 : 404, { 'content-type': type });
      response.end(fs.readFileSync(path.join(this.folder, found ? route : '404.html')));
    });
    await new Promise(ready => server.listen(0, '127.0.0.1', ready));
    server.unref();
    return `http://127.0.0.1:${server.address().port}${below}`;
  }

  // The address of its top as files.
  asFiles() {
    return `${pathToFileURL(this.folder)}/`;
  }
}

function walk(folder, below = '') {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap(entry => {
    const name = path.posix.join(below, entry.name);
    return entry.isDirectory() ? walk(folder, name) : [name];
  });
}
