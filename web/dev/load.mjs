// What the page bears: `npm run load -- [--url URL] [--seconds 60] [--view events]`. Without an address it looks at
// the mock with 1,000 peers and 10,000 messages per second. Prints frames per second and the size of the heap, and
// fails below 30 frames per second or when the heap grows.

import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { startMock } from './mock.mjs';
import { goTo, launch, open } from './support.mjs';
import { World } from './world.mjs';

const { values } = parseArgs({
  options: { url: { type: 'string' }, seconds: { type: 'string', default: '60' }, view: { type: 'string', default: 'Events' } },
});
const seconds = Number(values.seconds);

/** The mock in a thread of its own: it must not wait for the browser's driver. */
async function mockUrl() {
  const worker = new Worker(fileURLToPath(import.meta.url));
  worker.unref();
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

/** Frames that the page could draw, counted in the page. */
const countFrames = () => {
  window.frames_drawn = 0;
  const drawn = () => {
    window.frames_drawn += 1;
    requestAnimationFrame(drawn);
  };
  requestAnimationFrame(drawn);
};

async function heapMegabytes(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

async function measure() {
  const browser = await launch('--js-flags=--expose-gc');
  try {
    const { page, complaints } = await open(browser, values.url ?? (await mockUrl()));
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value;
    await goTo(page, values.view);
    // Until the list of events and the charts' five minutes grow no more than slowly.
    await page.waitForTimeout(15_000);
    await page.evaluate(countFrames);
    const before = { heap: await heapMegabytes(devtools), frames: await page.evaluate('window.frames_drawn'), busy: await busy(), at: performance.now() };
    const rates = [];
    const heaps = [];
    for (let part = 0; part < 6; part += 1) {
      const [frames, at] = [await page.evaluate('window.frames_drawn'), performance.now()];
      await page.waitForTimeout((seconds * 1000) / 6);
      rates.push(((await page.evaluate('window.frames_drawn')) - frames) / ((performance.now() - at) / 1000));
      heaps.push(await heapMegabytes(devtools));
    }
    const share = ((await busy()) - before.busy) / ((performance.now() - before.at) / 1000);
    const round = (numbers) => numbers.map((number) => number.toFixed(1)).join(', ');
    console.log(`${values.view}: frames/s ${round(rates)}; heap ${before.heap.toFixed(1)} MB, then ${round(heaps)} MB; ${(share * 100).toFixed(0)} % of one processor`);
    if (values.view === 'Events') console.log((await page.locator('[data-count]').allInnerTexts()).join('; '));
    assert.deepEqual(complaints, []);
    assert.ok(Math.min(...rates) >= 30, 'at least 30 frames per second');
    assert.ok(heaps.at(-1) < heaps[1] * 1.25 + 5, 'the heap stays as it is');
  } finally {
    await browser.close();
  }
}

if (isMainThread) {
  await measure();
  process.exit(0);
} else {
  const mock = await startMock({ world: new World({ nodes: ['alice'], peers: 1000, messages: 10_000, lossy: false }) });
  parentPort.postMessage(mock.url);
}
