// A script that a test of peer-observer has started asks it for what it cannot do itself: `> request` on the
// output, an answer of one line on the input.

import { createInterface } from 'node:readline';

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Has the test do something. */
export async function please(request) {
  console.log(`> ${request}`);
  return (await answers.next()).value;
}
