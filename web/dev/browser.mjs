// Checks the built page in a real browser against the mock, where the real server cannot be made to do it:
// hostile text of every sort, silence, floods. `npm run build && npm run browser`. CHROMIUM names the browser.

import assert from 'node:assert/strict';
import { startMock } from './mock.mjs';
import { eventually, goTo, launch, live, nothingSticksOut, open } from './support.mjs';
import { World } from './world.mjs';

const browser = await launch();

const column = (page, name) => page.locator('section', { has: page.locator('#peers') }).locator(`tbody td.${name}`);
const numbers = (texts) => texts.map((text) => Number.parseInt(text, 10));

async function hostileText(mock) {
  const { page, complaints } = await open(browser, mock.url);
  await goTo(page, 'Peers');
  const filter = page.getByRole('searchbox');
  await filter.fill('script');
  const agent = column(page, 'user_agent').first();
  await agent.waitFor();
  assert.equal(await agent.textContent(), '/<script>window.injected=1</script>:1.0/');
  await filter.fill('gnihton');
  assert.match(await agent.textContent(), /^\/\\u\{202e\}gnihton/);
  // What the node says of a peer's misbehaviour stands in its lifecycle.
  await filter.fill('misbehaving');
  await page.getByRole('region', { name: 'Peers, table' }).getByRole('link').first().click();
  await page.getByText('headers message size = 2001 <b>').first().waitFor();
  // Hostile texts stand in events too.
  await goTo(page, 'Events');
  await page.getByLabel('Commands').fill('version');
  await page.getByLabel('Text', { exact: true }).fill('injected');
  const event = page.getByRole('region', { name: 'Events, table' }).locator('tbody tr', { hasText: 'window.injected' }).first();
  await event.waitFor();
  await page.getByRole('region', { name: 'Events, table' }).hover();
  await event.click();
  await page.getByRole('region', { name: 'All of the event' }).getByText('window.injected').waitFor();
  // And in the log.
  await goTo(page, 'Log');
  const line = page.getByRole('region', { name: 'Log, table' }).locator('tbody tr', { hasText: 'window.injected' });
  await page.getByLabel('Text', { exact: true }).fill('injected');
  await line.first().waitFor();
  assert.match(await line.first().locator('.message').textContent(), /\\u\{202e\}gnihton\\u\{202c\} <img src=x/);
  assert.equal(await page.evaluate(() => window.injected), undefined);
  assert.equal(await page.locator('main script, main img').count(), 0);
  assert.deepEqual(complaints, [], 'the page works under its Content-Security-Policy');
  await page.context().close();
}

async function sortAndChoose(mock) {
  const { page } = await open(browser, mock.url);
  await goTo(page, 'Peers');
  const head = page.getByRole('columnheader', { name: 'Peer', exact: false }).first();
  assert.equal(await head.getAttribute('aria-sort'), 'descending');
  await head.getByRole('button').press('Enter');
  assert.equal(await head.getAttribute('aria-sort'), 'ascending');
  const ids = numbers(await page.locator('section', { has: page.locator('#peers') }).locator('tbody th').allTextContents());
  assert.deepEqual(ids, ids.toSorted((a, b) => a - b));
  await page.getByRole('combobox', { name: 'Node' }).selectOption('bob');
  assert.equal(await page.getByRole('columnheader', { name: 'Node' }).count(), 0, 'one node needs no column');
  await goTo(page, 'Overview');
  await page.getByRole('radio', { name: 'Out', exact: true }).check();
  const commands = page.getByRole('region', { name: 'Messages by command, table' });
  assert.deepEqual([...new Set(await commands.locator('tbody td:nth-child(2)').allTextContents())], ['out']);
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  await page.reload();
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
  await page.context().close();
}

async function nodesAndLogs(mock) {
  const { page, complaints } = await open(browser, mock.url);
  await goTo(page, 'Node');
  // Alice has everything, bob what was there before.
  const [alice, bob] = [page.locator('section.node').first(), page.locator('section.node').last()];
  await alice.locator('figure canvas').nth(1).waitFor();
  await eventually('ten minutes at once', () => alice.getByRole('region', { name: 'CPU by thread' }).locator('li').count(), (count) => count > 5);
  await alice.locator('tr.reorg', { hasText: 'Reorganisation: 1 block disconnected' }).first().waitFor();
  await alice.locator('td.mark', { hasText: 'filled in' }).first().waitFor();
  await alice.getByText('Median fee rate').waitFor();
  for (const hint of ['No P2P probe', 'The process is not watched', 'No IPC']) await bob.getByText(hint).waitFor();
  await page.getByRole('combobox', { name: 'Node' }).selectOption('bob');
  assert.equal(await page.locator('section.node').count(), 1);
  await page.getByRole('combobox', { name: 'Node' }).selectOption('alice');

  await goTo(page, 'Log');
  const table = page.getByRole('region', { name: 'Log, table' });
  const cells = (name) => table.locator(`tbody td.${name}`);
  await page.getByLabel('Level').selectOption('info');
  await eventually('no debug lines', () => cells('level').allTextContents(), (levels) => levels.length > 2 && levels.every((level) => /info|warning|error/.test(level)));
  await page.getByLabel('Level').selectOption('trace');
  await page.getByRole('region', { name: 'Categories, table' }).getByRole('button', { name: 'mempool', exact: true }).click();
  await eventually('lines of one category', () => cells('message').allTextContents(), (texts) => texts.length > 2 && texts.every((text) => text.startsWith('AcceptToMemoryPool')));
  await eventually('the filter in the address', () => page.url(), (url) => url.endsWith('#/log?category=mempool'));
  await page.getByLabel('Category').selectOption({ index: 0 });
  await page.getByRole('region', { name: 'Templates, table' }).getByRole('button', { name: 'Added <*> addresses' }).click();
  await eventually('lines of one template', () => cells('message').allTextContents(), (texts) => texts.length > 2 && texts.every((text) => text.startsWith('Added ')));
  await page.getByRole('button', { name: 'All templates' }).click();
  await table.locator('[data-row]').first().waitFor();
  await table.hover();
  await table.locator('[data-row]').first().click();
  await page.getByRole('button', { name: 'Only its template' }).click();
  await page.getByRole('button', { name: 'All templates' }).waitFor();
  await page.getByRole('button', { name: /^\d+ earlier$/ }).click();
  assert.ok((await page.getByRole('region', { name: 'Warnings and errors' }).getByRole('listitem').count()) > 3);
  assert.deepEqual(complaints, []);
  await page.context().close();
}

async function interruptions() {
  const mock = await startMock();
  const { page } = await open(browser, mock.url);
  const banner = page.locator('.banner');
  mock.stalled = true;
  await banner.filter({ hasText: 'no data for' }).waitFor({ timeout: 6000 });
  assert.ok(await page.locator('main.stale').isVisible());
  mock.stalled = false;
  await banner.waitFor({ state: 'hidden' });
  mock.refusing = true;
  mock.drop();
  await banner.filter({ hasText: 'trying again in' }).waitFor();
  mock.refusing = false;
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await live(page);
  // The server has another token now.
  mock.locked = true;
  mock.drop();
  await banner.getByRole('button', { name: 'Log in again' }).waitFor();
  mock.locked = false;
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await live(page);
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
  const { page } = await open(browser, mock.url);
  await goTo(page, 'Peers');
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
  await page.context().close();
  mock.close();
}

async function layouts(mock) {
  for (const width of [390, 1280, 1920]) {
    const { page } = await open(browser, mock.url, { width });
    for (const view of ['Overview', 'Node', 'Peers', 'Events', 'Log']) {
      await goTo(page, view);
      await nothingSticksOut(page, width);
    }
    await page.context().close();
  }
}

const mock = await startMock();
try {
  await hostileText(mock);
  await sortAndChoose(mock);
  await nodesAndLogs(mock);
  await interruptions();
  await thousandPeers();
  await layouts(mock);
  console.log('ok');
} finally {
  await browser.close();
  mock.close();
}
