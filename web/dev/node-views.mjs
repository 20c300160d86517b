// The views of node and log on a running peer-observer that watches its node from all sides:
// `node dev/node-views.mjs URL USER_AGENT`. Started by peer-observer/tests/page.rs, which does what is asked for.

import assert from 'node:assert/strict';
import { please } from './ask.mjs';
import { eventually, goTo, launch, live, nothingSticksOut, open } from './support.mjs';

const [url, userAgent] = process.argv.slice(2);

const region = (page, name) => page.getByRole('region', { name });
const tile = (page, label) => page.locator('.tile', { has: page.locator('dt', { hasText: label }) });
const fact = (page, name) => page.locator('dl > div:not(.tile)').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd').first();

async function backlog(page) {
  const chart = region(page, 'Backlog');
  await chart.locator('canvas').waitFor({ timeout: 60_000 });
  await eventually('a round trip', () => tile(page, 'Backlog').innerText(), (text) => /\d (µs|ms|s)\s+for a ping/.test(text));
  const at = () => chart.locator('figcaption span').innerText();
  const before = await at();
  await eventually('the next ping', at, (time) => time !== before);
  assert.equal(await fact(page, 'The right node').innerText(), 'yes');
  assert.equal(await fact(page, 'Transport').innerText(), 'v2');
  // What was measured before the page was opened is there at once.
  await page.reload();
  await live(page);
  await eventually('the course', () => chart.locator('figcaption span').count(), (count) => count > 0);
}

async function threads(page) {
  const chart = region(page, 'CPU by thread');
  await chart.locator('canvas').waitFor();
  await eventually('the message thread', () => chart.locator('li').allInnerTexts(), (texts) => texts.some((text) => /^b-msghand/.test(text)));
  await eventually('its share now', () => tile(page, 'CPU').innerText(), (text) => /\d %\s+of a core/.test(text));
  assert.match(await tile(page, 'Memory').innerText(), /\d MB\s+its own/);
  assert.match(await tile(page, 'Open files').innerText(), /\d+\s+of [\d,]+/);
}

async function tips(page) {
  const hash = await please('mine');
  const row = page.locator('tbody tr', { hasText: hash.slice(-12) });
  await row.getByText('as tip', { exact: true }).waitFor();
  await eventually('how long connecting took', () => row.locator('td').last().innerText(), (text) => /(µs|ms)$/.test(text));
  await eventually('a block template', () => fact(page, 'Weight').innerText(), (text) => /WU$/.test(text));
  await tile(page, 'IPC answers in').waitFor();
}

async function log(page) {
  await goTo(page, 'Log');
  const table = region(page, 'Log, table');
  const messages = () => table.locator('tbody td.message').allTextContents();
  await eventually('lines', messages, (texts) => texts.length > 5);
  await page.getByLabel('Text', { exact: true }).fill('UpdateTip: new best=');
  await page.getByText('No line has come yet that fits.').waitFor();
  assert.match(page.url(), /#\/log\?text=UpdateTip/);
  await please('mine');
  await eventually('the tip\'s line alone', messages, (texts) => texts.length > 0 && texts.every((text) => text.startsWith('UpdateTip: new best=')));

  // What a peer says of itself stands in the log, without the characters that Core takes out.
  await page.getByLabel('Text', { exact: true }).fill('window.hacked');
  await page.getByText('No line has come yet that fits.').waitFor();
  await please(`connect ${userAgent}`);
  await table.locator('td.message', { hasText: 'window.hacked' }).first().waitFor();
  await please('disconnect');
  await page.getByLabel('Text', { exact: true }).fill('');

  const categories = region(page, 'Categories, table');
  await categories.getByRole('button', { name: 'net', exact: true }).click();
  const cells = () => table.locator('tbody td:nth-child(3)').allTextContents();
  await eventually('one category', cells, (texts) => texts.length > 3 && texts.every((text) => text === 'net'));
  await categories.getByRole('button', { name: 'net', exact: true }).click();
  const template = region(page, 'Templates, table').getByRole('button', { name: /received: .* bytes/ }).first();
  await template.click();
  await eventually('one template', messages, (texts) => texts.length > 3 && texts.every((text) => text.startsWith('received: ')));
  await page.getByRole('button', { name: 'All templates' }).click();
  await page.mouse.move(0, 0);
}

const browser = await launch();
try {
  const { page, complaints } = await open(browser, url);
  await goTo(page, 'Node');
  for (const part of [backlog, threads, tips, log]) {
    await part(page);
    console.log(`${part.name}: ok`);
  }
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.deepEqual(complaints, [], 'the console is silent');
  for (const view of ['node', 'log']) {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${url}/#/${view}`);
    await nothingSticksOut(page, 390);
  }
} finally {
  await browser.close();
}
process.exit(0);
