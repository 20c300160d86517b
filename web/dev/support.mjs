// What the scripts of this folder share: the browser, and a page that must not complain.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

/** CHROMIUM names the browser. */
export function launch(...more) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...FLAGS, ...more] });
}

/** Opens a page and waits until it is live; what the browser complains about is collected in `complaints`. */
export async function open(browser, url, { width = 1280, height = 900, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, timezoneId: 'Asia/Kolkata' });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  await live(page);
  return { page, complaints };
}

export function live(page) {
  return status(page).filter({ hasText: 'live' }).waitFor();
}

/** What the header says of the stream. */
export function status(page) {
  return page.getByRole('banner').getByRole('status');
}

/** Goes to a view by its link, as a reader would. */
export async function goTo(page, view) {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view }).click();
}

/** Nothing may be wider than the window. */
export async function nothingSticksOut(page, width) {
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, `nothing sticks out of ${page.url()}`);
}

/** Waits until `get` answers something that `is` as wanted. */
export async function eventually(what, get, is = Boolean, patience = 30_000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await get();
    if (is(value)) return value;
    if (Date.now() > end) assert.fail(`waited in vain for ${what}; the last was ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
