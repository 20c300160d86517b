// Made-up events for the mock server: a sample of what the world's peers exchange.

import { logLine, TEMPLATES } from './log.mjs';

const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const pick = (list) => list[Math.floor(Math.random() * list.length)];
const list = (most, entry) => Array.from({ length: 1 + Math.floor(Math.random() * most) }, entry);

const BODIES = {
  inv: () => ({ items: list(35, () => ({ type: 'wtx', hash: hex(64) })) }),
  getdata: () => ({ items: list(10, () => ({ type: 'wtx', hash: hex(64) })) }),
  tx: () => ({ txid: hex(64), wtxid: hex(64), size_bytes: 222, weight: 561, input_count: 1, output_count: 2, output_sat: '1234567' }),
  ping: () => ({ nonce: String(Math.floor(Math.random() * 2 ** 53)) }),
  addrv2: () => ({ addresses: list(10, () => ({ time_unix_seconds: 1_790_000_000, services: '1033', address: { network: 'ipv4', address: '203.0.113.9' }, port: 8333 })) }),
  version: (peer) => ({ version: 70016, services: '1033', timestamp_unix_seconds: '1790000000', user_agent: peer.user_agent, start_height: 915_203, relay: true }),
};
const MIX = ['inv', 'inv', 'inv', 'inv', 'tx', 'tx', 'getdata', 'getdata', 'ping', 'addrv2', 'version'];

function message(node, peer, time_ns) {
  const command = pick(MIX);
  const body = { [command]: BODIES[command](peer) };
  const p2p_message = {
    peer_id: peer.peer_id, address: peer.address, address_cut: false, connection_type: peer.connection_type, direction: pick(['inbound', 'inbound', 'outbound']),
    command, payload_bytes: 37 + Math.floor(Math.random() * 900), body,
  };
  return envelope(node, 'ebpf', time_ns, { p2p_message });
}

function envelope(node, extractor, time_ns, payload) {
  return { node: node.node, extractor, run: node.run, instance: '1', sequence: 1, kind_sequence: 1, time_ns, bus_time_ns: time_ns, payload };
}

/** What the extractors besides tracepoints tell. */
function inside(node, _, time_ns) {
  const [extractor, payload] = pick([
    ['p2p', { probe_ping: { round_trip_ns: 1_234_567 } }], ['p2p', { probe_announcement: { command: 'inv', payload_bytes: 73, body: { inv: BODIES.inv() } } }],
    ['p2p', { probe_connected: { listen_address: '127.0.0.1:9333', node_address: '127.0.0.1:51422', transport: 'v2', peer_id: 5, verified: true, handshake_ns: 2_100_000 } }],
    ['ipc', { chain_tip_changed: { block_hash: hex(64), height: node.height, advanced_blocks: 1, observed: true } }], ['ipc', { ipc_echo: { round_trip_ns: 163_000 } }],
    ['process', { process_sample: { pid: 4711, threads: [{ name: 'b-msghand', count: 1, user_seconds: 7.25, system_seconds: 1.5 }], user_seconds: 31.5, system_seconds: 4.25, minor_faults: 7, major_faults: 1, cost_ns: 1_200_000, thread_count: 34 } }],
    ['log', { log_template_seen: { ...TEMPLATES[0], origin: 'catalogue', locations: ['net.cpp:1'] } }],
    ['log', { block_reconstruction: { block_hash: hex(64), height: node.height, peer_id: 11, high_bandwidth: true, duration_seconds: 0.0125, prefilled_transactions: 1, mempool_transactions: 3400, requested_transactions: 5 } }],
  ]);
  return envelope(node, extractor, time_ns, payload);
}

const line = (node, _, time_ns) => envelope(node, 'log', time_ns, { log_line: logLine() });

function other(node, peer, time_ns) {
  const about = { peer_id: peer.peer_id, address: peer.address, connection_type: peer.connection_type };
  const payload = pick([
    { mempool_added: { txid: hex(64), size_vbytes: 141, fee_sat: 1410 } }, { connection_misbehaving: { peer_id: peer.peer_id, reason: 'headers message size = 2001 <i>' } },
    { connection_closed: about }, { block_connected: { block_hash: hex(64), height: node.height, transaction_count: 3412, duration_ns: 184_000_000 } },
  ]);
  return envelope(node, 'ebpf', time_ns, payload);
}

function any(node, peer, time_ns) {
  const chance = Math.random();
  const make = chance < 0.05 ? other : node.inside && chance < 0.08 ? inside : node.inside && chance < 0.3 ? line : message;
  return make(node, peer, time_ns);
}

/** What a client that wants this gets of `seconds` of the world, and what not. */
export function eventsOf(world, { events: filter, log, text, max_per_second: most }, seconds) {
  const happened = Math.round(world.perSecond * seconds);
  const leftOut = { limit: 0, filter: 0 };
  const sent = [];
  // Enough to choose from; as many as happened would keep the mock from its timers.
  const made = Math.min(happened, 4 * most * seconds + 20);
  for (let place = 0; place < made; place += 1) {
    const node = pick(world.nodes);
    const time_ns = `${Date.now()}${String(Math.floor((place / made) * 1e6)).padStart(6, '0')}`;
    const event = any(node, pick(node.peers), time_ns);
    if (!matches(event, filter, log ?? {}, text)) leftOut.filter += 1;
    else if (sent.length >= most * seconds) leftOut.limit += 1;
    else sent.push(event);
  }
  leftOut[leftOut.limit > 0 ? 'limit' : 'filter'] += happened - made;
  return { sent, leftOut };
}

const KIND_OF = {
  probe_ping: 'probe', probe_announcement: 'probe', probe_connected: 'probe', chain_tip_changed: 'chain', ipc_echo: 'chain', process_sample: 'process', log_template_seen: 'notice',
  block_reconstruction: 'log', log_line: 'log', p2p_message: 'p2p_message', mempool_added: 'mempool', connection_misbehaving: 'connection', connection_closed: 'connection', block_connected: 'validation',
};
const LEVELS = ['trace', 'debug', 'info', 'warning', 'error'];

function matches({ node, payload }, { nodes, kinds, peers, commands, directions }, { categories, level = 'trace', templates }, text) {
  const [name, value] = Object.entries(payload)[0];
  const has = (wanted, found) => !wanted || wanted.includes(found);
  if (payload.log_line && !(has(categories, value.category) && has(templates, value.template_id) && LEVELS.indexOf(value.level) >= LEVELS.indexOf(level))) return false;
  return has(nodes, node) && has(kinds, KIND_OF[name]) && has(peers, value.peer_id) && has(commands, value.command) && has(directions, value.direction) &&
    (!text || JSON.stringify(payload).toLowerCase().includes(text.toLowerCase()));
}
