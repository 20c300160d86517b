// Every view at 390, 1280 and 1920 px, light and dark: `npm run screenshots -- FOLDER [URL]`.
// Without an address it shows the mock.

import { mkdir } from 'node:fs/promises';
import { startMock } from './mock.mjs';
import { goTo, launch, nothingSticksOut, open } from './support.mjs';

const [folder, address] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: npm run screenshots -- FOLDER [URL]');
await mkdir(folder, { recursive: true });
const mock = address === undefined ? await startMock() : undefined;
const browser = await launch();

/** Long enough for some events, and for charts that show a course. */
const SOME_TIME_MS = 4_000;

const VIEWS = {
  overview: async (page) => {
    await page.getByText('Loss by hop').click();
    await page.waitForTimeout(SOME_TIME_MS);
  },
  node: async (page) => {
    await goTo(page, 'Node');
    await page.waitForTimeout(SOME_TIME_MS);
  },
  log: async (page) => {
    await goTo(page, 'Log');
    await page.waitForTimeout(SOME_TIME_MS);
  },
  line: async (page) => {
    await goTo(page, 'Log');
    await page.getByRole('region', { name: 'Log, table' }).hover();
    await page.locator('[data-row]').nth(4).click();
    await page.waitForTimeout(500);
  },
  fleet: async (page) => {
    await goTo(page, 'Fleet');
    await page.getByRole('region', { name: 'Blocks, table' }).waitFor();
  },
  peers: (page) => goTo(page, 'Peers'),
  columns: async (page) => {
    await goTo(page, 'Peers');
    await page.getByText('Columns', { exact: true }).click();
  },
  peer: async (page) => {
    await goTo(page, 'Peers');
    await page.getByRole('region', { name: 'Peers, table' }).getByRole('link').last().click();
    await page.getByRole('heading', { name: /^Peer \d/ }).waitFor();
    await page.waitForTimeout(SOME_TIME_MS);
  },
  events: async (page) => {
    await goTo(page, 'Events');
    await page.waitForTimeout(SOME_TIME_MS);
  },
  event: async (page) => {
    await goTo(page, 'Events');
    await page.getByRole('region', { name: 'Events, table' }).hover();
    await page.locator('[data-row]').nth(4).click();
    await page.waitForTimeout(500);
  },
};

try {
  for (const width of [390, 1280, 1920]) {
    for (const colorScheme of ['light', 'dark']) {
      const { page } = await open(browser, mock?.url ?? address, { width, height: width === 390 ? 844 : 900, colorScheme });
      for (const [name, show] of Object.entries(VIEWS)) {
        await goTo(page, 'Overview');
        await show(page);
        await nothingSticksOut(page, width);
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: `${folder}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  mock?.close();
}
