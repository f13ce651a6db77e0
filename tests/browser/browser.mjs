// Debian's Chromium, driven from here.
import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export function launch() {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
}

// Opens a page at an address and notes what it asks for and complains of.
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const noted = { requests: [], complaints: [] };
  page.on('request', request => noted.requests.push(request.url()));
  // What a page had not yet got when the reader went on is given up, and no fault.
  const givenUp = request => request.failure()?.errorText === 'net::ERR_ABORTED';
  page.on('requestfailed', request => givenUp(request) || noted.complaints.push(`${request.url()} failed`));
  page.on('response', response => response.status() < 400 || noted.complaints.push(`${response.url()} ${response.status()}`));
  page.on('console', message => message.type() === 'error' && noted.complaints.push(message.text()));
  page.on('pageerror', error => noted.complaints.push(String(error)));
  await page.goto(address);
  return { page, noted, close: () => context.close() };
}
