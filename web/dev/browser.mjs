// Checks the built page in a real browser against the mock: `npm run build && npm run browser [FOLDER]`.
// With a folder, leaves screenshots there. CHROMIUM names the browser (default /usr/bin/chromium).

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { startMock } from './mock.mjs';
import { World } from './world.mjs';

const folder = process.argv[2];
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });

/** Opens the page of `mock`; what the browser complains about is collected in `complaints`. */
async function open(mock, { width = 1280, height = 900, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(mock.url);
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor();
  return { page, complaints };
}

const column = (page, name) => page.locator('section', { has: page.locator('#peers') }).locator(`tbody td.${name}`);
const numbers = (texts) => texts.map((text) => Number.parseInt(text, 10));

async function hostileText(mock) {
  const { page, complaints } = await open(mock);
  const filter = page.getByRole('searchbox');
  await filter.fill('script');
  const agent = column(page, 'user_agent').first();
  await agent.waitFor();
  assert.equal(await agent.textContent(), '/<script>window.injected=1</script>:1.0/');
  await filter.fill('gnihton');
  assert.match(await agent.textContent(), /^\/\\u\{202e\}gnihton/);
  await filter.fill('');
  assert.equal(await page.evaluate(() => window.injected), undefined);
  assert.equal(await page.locator('main script, main img').count(), 0);
  assert.deepEqual(complaints, [], 'the page works under its Content-Security-Policy');
  await page.context().close();
}

async function sortAndChoose(mock) {
  const { page } = await open(mock);
  const head = page.getByRole('columnheader', { name: 'Peer', exact: false }).first();
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  await head.getByRole('button').press('Enter');
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  const ids = numbers(await page.locator('section', { has: page.locator('#peers') }).locator('tbody th').allTextContents());
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
  await page.getByRole('combobox', { name: 'Node' }).selectOption('bob');
  assert.equal(await page.getByRole('columnheader', { name: 'Node' }).count(), 0, 'one node needs no column');
  await page.getByRole('radio', { name: 'Out', exact: true }).check();
  const commands = page.getByRole('region', { name: 'Messages by command, table' });
  assert.deepEqual([...new Set(await commands.locator('tbody td:nth-child(2)').allTextContents())], ['out']);
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  await page.reload();
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
  await page.context().close();
}

async function interruptions() {
  const mock = await startMock();
  const { page } = await open(mock);
  const banner = page.locator('.banner');
  mock.stalled = true;
  await banner.filter({ hasText: 'no data for' }).waitFor({ timeout: 6000 });
  assert.ok(await page.locator('main.stale').isVisible());
  mock.stalled = false;
  await banner.waitFor({ state: 'hidden' });
  mock.refusing = true;
  mock.drop();
  await banner.filter({ hasText: 'trying again in' }).waitFor();
  if (folder) await page.screenshot({ path: `${folder}/interrupted.png` });
  mock.refusing = false;
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await page.getByRole('status').filter({ hasText: 'live' }).waitFor({ timeout: 1500 });
  await page.getByRole('button', { name: 'Pause' }).click();
  const time = await page.locator('time').textContent();
  await page.waitForTimeout(2200);
  assert.equal(await page.locator('time').textContent(), time, 'paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.waitForFunction((old) => document.querySelector('time').textContent !== old, time);
  await page.context().close();
  mock.close();
}

async function thousandPeers() {
  const mock = await startMock({ world: new World({ peers: 1000 }) });
  const { page } = await open(mock);
  // The processor's time, not the clock's: the machine may be busy with other things.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const used = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  const before = await used();
  await page.waitForTimeout(5000);
  const share = (await used() - before) / 5;
  console.log(`1,000 peers: ${Math.round(share * 100)} % of one processor`);
  assert.ok(share < 0.4, `the page keeps ${share} of a processor busy`);
  const table = page.getByRole('region', { name: 'Peers, table' });
  for (let step = 0; step < 10; step += 1) {
    await table.evaluate((element) => element.scrollBy(0, 700));
    await page.waitForTimeout(100);
  }
  assert.ok((await table.locator('tbody tr').count()) < 120, 'only rows in view are in the page');
  assert.ok(await table.getByRole('row').nth(20).isVisible(), 'and those in view are there');
  if (folder) {
    await table.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${folder}/1000-peers.png` });
  }
  await page.context().close();
  mock.close();
}

async function layouts(mock) {
  for (const width of [390, 1280, 1920]) {
    for (const colorScheme of ['light', 'dark']) {
      const { page } = await open(mock, { width, height: width === 390 ? 844 : 900, colorScheme });
      await page.getByText('Loss by hop').click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, 'nothing sticks out');
      if (folder) await page.screenshot({ path: `${folder}/${width}-${colorScheme}.png`, fullPage: true });
      await page.context().close();
    }
  }
}

if (folder) await mkdir(folder, { recursive: true });
const mock = await startMock();
try {
  await hostileText(mock);
  await sortAndChoose(mock);
  await interruptions();
  await thousandPeers();
  await layouts(mock);
  console.log('ok');
} finally {
  await browser.close();
  mock.close();
}
