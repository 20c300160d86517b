// Made-up lines of debug.log, hostile ones among them.

const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const number = (most) => Math.floor(Math.random() * most);

const HOSTILE = '/\u202egnihton\u202c <img src=x onerror="window.injected=1">\u0007/';

/** How often, category, level, text with `<*>`, its parameters, where it stands in the source. */
const MESSAGES = [
  [40, 'net', 'debug', 'received: <*> (<*> bytes) peer=<*>', () => ['inv', 37 + number(900), number(90)], 'net_processing.cpp:3512'],
  [34, 'net', 'debug', 'sending <*> (<*> bytes) peer=<*>', () => ['getdata', 37 + number(400), number(90)], 'net.cpp:3867'],
  [12, 'mempool', 'debug', 'AcceptToMemoryPool: peer=<*>: accepted <*> (wtxid=<*>) (poolsz <*> txn, <*> kB)', () => [number(90), hex(64), hex(64), number(40_000), number(90_000)], 'net_processing.cpp:3031'],
  [5, 'mempoolrej', 'debug', '<*> (wtxid=<*>) from peer=<*> was not accepted: <*>', () => [hex(64), hex(64), number(90), 'min relay fee not met, 12 < 141'], 'net_processing.cpp:2990'],
  [4, 'validation', 'debug', 'BlockChecked: block hash=<*> state=<*>', () => [hex(64), 'Valid'], 'validationinterface.cpp:241'],
  [3, 'addrman', 'debug', 'Added <*> addresses (of <*>) from <*>: <*> tried, <*> new', () => [number(9), 10, '203.0.113.9', 11_023, 54_112], 'addrman.cpp:677'],
  [2, 'bench', 'debug', '    - Connect <*> transactions: <*>ms (<*>ms/tx, <*>ms/txin)\n    - Verify <*> txins: <*>ms', () => [3412, 184.2, 0.05, 0.02, 7123, 190.4], 'validation.cpp:2689'],
  [1, '', 'info', 'UpdateTip: new best=<*> height=<*> version=0x20000000 log2_work=<*> tx=<*>', () => [hex(64), 915_203, 95.1, 1_200_000_000], 'validation.cpp:2950'],
  [0.6, 'net', 'debug', 'receive version message: <*>: version 70016, blocks=<*>, us=<*>, peer=<*>', () => [HOSTILE, 915_203, '203.0.113.7:8333', number(90)], 'net_processing.cpp:3719'],
  [0.3, 'fork', 'trace', 'patched: my own message <*>', () => [number(99)], undefined],
  [0.03, '', 'warning', 'Unknown new rules activated (versionbit <*>)', () => [28], 'kernel/chainstate.cpp:42'],
  [0.01, '', 'error', 'Socket send error for peer=<*>: <*>', () => [number(90), `broken pipe ${HOSTILE}`], 'net.cpp:1601'],
];
const ALL = MESSAGES.reduce((sum, [weight]) => sum + weight, 0);

export const TEMPLATES = MESSAGES.map(([, category, level, template, , location], place) => ({ template_id: String(2n ** 63n + BigInt(place)), template, category, level, location }));

/** A line, as the event has it. */
export function logLine() {
  let rest = Math.random() * ALL;
  const place = Math.max(0, MESSAGES.findIndex(([weight]) => (rest -= weight) < 0));
  const [, category, level, template, make, location] = MESSAGES[place];
  const parameters = make();
  let next = 0;
  const message = template.replaceAll('<*>', () => parameters[next++]);
  return {
    line_bytes: message.length + 40, line_count: message.split('\n').length, time: 'microseconds', thread: 'msghand', category, level, message, cut: false, invalid_utf8: false, unterminated: false,
    rate_limited: false, template_id: TEMPLATES[place].template_id, template_origin: location ? 'catalogue' : 'mined', parameters,
  };
}
