// Every view of the page on a running peer-observer: `node dev/pipeline.mjs URL ADDRESS USER_AGENT`, where the
// last two are those of a peer that pings. Started by peer-observer/tests/page.rs, which does what is asked for.

import assert from 'node:assert/strict';
import { please } from './ask.mjs';
import { eventually, goTo, launch, live, nothingSticksOut, open, status } from './support.mjs';

const [url, address, userAgent] = process.argv.slice(2);

const row = (page, ...texts) => texts.reduce((rows, hasText) => rows.filter({ hasText }), page.locator('tbody tr'));
const fact = async (page, name) => (await page.locator('dl > div:not(.tile)').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd').first().innerText()).trim();

async function overview(page) {
  await row(page, 'inbound').first().waitFor();
  assert.equal(await eventually('the chain', () => fact(page, 'Chain')), 'regtest');
  assert.match(await fact(page, 'Version'), /^\/Satoshi:/);
  assert.match(await fact(page, 'Up for'), /\d+ [smhd]/);
  await eventually('the mempool', () => fact(page, 'Mempool'), (text) => text === '0 transactions');
  const hash = await please('mine');
  await page.getByText(hash).waitFor();
  assert.match(await fact(page, 'Last block'), /^4 with 1 transaction$/);
  const pings = () => row(page, /^\s*ping\s*in/).first().innerText();
  const before = await pings();
  await eventually('the counters to move', pings, (text) => text !== before);
  assert.ok((await page.locator('figure canvas').count()) >= 2, 'charts');
  await page.getByText(/components? works?/).click();
  await page.getByText('ebpf alice').waitFor();
  await page.getByText('rpc alice').waitFor();
  await page.getByText('Loss by hop').click();
  await row(page, 'net:inbound_message').first().waitFor();
}

async function peers(page) {
  await goTo(page, 'Peers');
  await row(page, address, userAgent).waitFor();
  const filter = page.getByRole('searchbox', { name: 'Filter peers' });
  await filter.fill('nobody has this');
  await page.getByText('No peer matches the filter.').waitFor();
  await filter.fill(address);
  assert.equal(await row(page).count(), 1);
  await filter.fill('');
  await page.getByText('Columns', { exact: true }).click();
  await page.getByRole('button', { name: 'As -netinfo 4' }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  await live(page);
  await page.getByRole('columnheader', { name: 'HB' }).waitFor();
  await eventually('the peer\'s ping', () => row(page, address).locator('td.min_ping').innerText(), (text) => / (µs|ms)$/.test(text));
}

async function onePeer(page) {
  const agent = 'needle-in-the-flood';
  const second = await please(`connect ${agent}`);
  await row(page, second).getByRole('link').press('Enter');
  await page.getByRole('heading', { name: /^Peer \d+$/ }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'who uses the keyboard is in the new view');
  assert.equal(await fact(page, 'Address'), second);
  assert.equal(await fact(page, 'User agent'), agent);
  await eventually('what the node says', () => fact(page, 'Transport'), (text) => text === 'v2');
  const stages = page.getByRole('region', { name: 'Lifecycle' }).getByRole('listitem');
  await eventually('the lifecycle', () => stages.allInnerTexts(), (texts) => texts.some((text) => text.includes('Its verack came')));
  await row(page, /^\s*ping/).first().waitFor();
  const events = page.getByRole('region', { name: 'Events, table' });
  await events.locator('tbody tr', { hasText: 'nonce=' }).first().waitFor();
  await please('disconnect');
  await page.getByText('gone', { exact: true }).waitFor();
  await stages.filter({ hasText: 'Connection closed' }).waitFor();
  await events.locator('td.what', { hasText: /^closed$/ }).waitFor();
  await page.reload();
  await page.getByText('gone', { exact: true }).waitFor();
  assert.equal(await fact(page, 'User agent'), agent, 'a peer that is gone stays readable');
}

async function feed(page) {
  await goTo(page, 'Events');
  const events = page.getByRole('region', { name: 'Events, table' });
  const cells = (place) => events.locator(`tbody td:nth-child(${place})`);
  await cells(4).filter({ hasText: 'pong' }).first().waitFor();
  await page.getByLabel('Commands').fill('ping');
  await eventually('pings alone', () => cells(4).allInnerTexts(), (texts) => texts.length > 1 && texts.every((text) => text.trim() === 'ping'));
  await page.getByRole('radio', { name: 'In', exact: true }).check();
  await eventually('those that come in', () => cells(3).allInnerTexts(), (texts) => texts.length > 1 && texts.every((text) => text.trim() === 'in'));
  await eventually('filters in the address', () => page.url(), (address) => address.endsWith('#/events?commands=ping&direction=inbound'));
  await page.getByLabel('Peer', { exact: true }).fill('x');
  await page.getByRole('alert').filter({ hasText: 'Peers are numbers' }).waitFor();
  await page.goto(`${url}/#/events?kinds=p2p_message&text=Another-NEEDLE`);
  await page.getByText('Nothing has come yet that fits.').waitFor();
  const second = await please('connect another-needle');
  await events.getByText('another-needle').waitFor();
  assert.equal(await events.locator('[data-row]').count(), 1, 'the server looks for the text');
  await eventually('how much does not fit', () => page.locator('[data-count=filter]').innerText(), (text) => /[1-9]/.test(text));

  const chosen = events.locator('[data-row]').first();
  await events.focus();
  await page.keyboard.press('ArrowDown');
  assert.ok(await chosen.evaluate((row) => row === document.activeElement), 'an arrow goes to the first row');
  await page.keyboard.press('Enter');
  const detail = page.getByRole('region', { name: 'All of the event' });
  await detail.getByText('another-needle').waitFor();
  await detail.getByText(second.split(':')[1]).first().waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy the event as JSON' }).click();
  const copied = await eventually('the copy', () => page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(JSON.parse(copied).payload.p2p_message.body.version.user_agent, 'another-needle');
  await page.keyboard.press('Escape');
  assert.equal(await detail.count(), 0);
  await please('disconnect');
}

/** What is not switched on says how to switch it on; blocks are known from the tracepoint. */
async function node(page) {
  await goTo(page, 'Node');
  const hash = await please('mine');
  const block = row(page, hash.slice(-12));
  await block.getByText('connected', { exact: true }).waitFor();
  await page.getByText('No P2P probe: give the node addnode=').waitFor();
  assert.equal(await page.getByRole('region', { name: 'Backlog' }).locator('canvas').count(), 0);
}

async function stopping(page) {
  // The list does not move under the pointer.
  await page.mouse.move(0, 0);
  await page.goto(`${url}/#/events`);
  const events = page.getByRole('region', { name: 'Events, table' });
  await events.locator('[data-row]').nth(25).waitFor();
  await page.getByRole('button', { name: 'Stop the list' }).click();
  const newest = () => events.locator('[data-row]').first().innerText();
  const before = await newest();
  await eventually('events that wait', () => page.getByText(/Stopped\. \d+ newer/).innerText(), (text) => Number(/\d+/.exec(text)[0]) > 5);
  assert.equal(await newest(), before);
  await page.getByRole('button', { name: 'Show the newest' }).click();
  await eventually('the newest', newest, (text) => text !== before);
}

async function settings(page) {
  await page.goto(`${url}/#/`);
  const clock = page.getByRole('banner').locator('p', { has: page.locator('time') });
  assert.match(await clock.innerText(), /UTC$/);
  await page.getByRole('combobox', { name: 'Times' }).selectOption('local');
  assert.match(await clock.innerText(), /UTC\+05:30$/);
  await page.reload();
  await live(page);
  assert.match(await clock.innerText(), /UTC\+05:30$/, 'the choice stays');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the link over the navigation');
}

async function interruption(page) {
  await page.mouse.move(0, 0);
  await page.goto(`${url}/#/events?commands=ping`);
  const events = page.getByRole('region', { name: 'Events, table' });
  await events.locator('[data-row]').first().waitFor();
  await please('stop');
  await page.locator('.banner').filter({ hasText: 'Interrupted' }).waitFor();
  assert.match(await page.title(), /interrupted/);
  await please('start');
  await live(page);
  await page.locator('.banner').waitFor({ state: 'hidden' });
  const newest = () => events.locator('[data-row]').first().innerText();
  const before = await newest();
  await eventually('events after the restart', newest, (text) => text !== before);
  assert.match(await status(page).innerText(), /live/);
}

const browser = await launch();
try {
  const { page, complaints } = await open(browser, url);
  for (const view of [overview, peers, onePeer, feed, node, stopping, settings]) {
    await view(page);
    console.log(`${view.name}: ok`);
  }
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.deepEqual(complaints, [], 'the console is silent');
  for (const view of ['', 'node', 'peers', 'events', 'log']) {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${url}/#/${view}`);
    await nothingSticksOut(page, 390);
  }
  await interruption(page);
  console.log('interruption: ok');
  // The browser itself reports a connection that it cannot make.
  assert.deepEqual(complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION/.test(text)), []);
} finally {
  await browser.close();
}
process.exit(0);
