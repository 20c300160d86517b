// A made-up network for the mock server: peers come and go, messages flow, and some of the peers are hostile.

import { Fleet } from './fleet.mjs';
import { Inside } from './vitals.mjs';

const COMMANDS = [
  // command, direction, messages per second and peer, payload bytes
  ['inv', 'inbound', 0.9, 220], ['inv', 'outbound', 0.8, 200], ['tx', 'inbound', 0.35, 420], ['tx', 'outbound', 0.08, 410],
  ['getdata', 'outbound', 0.4, 110], ['getdata', 'inbound', 0.08, 90], ['addrv2', 'inbound', 0.05, 380],
  ['addrv2', 'outbound', 0.03, 300], ['ping', 'inbound', 0.01, 8], ['pong', 'outbound', 0.01, 8], ['ping', 'outbound', 0.01, 8],
  ['pong', 'inbound', 0.01, 8], ['headers', 'inbound', 0.004, 82], ['cmpctblock', 'inbound', 0.003, 14_000],
  ['block', 'inbound', 0.0004, 1_600_000], ['blocktxn', 'inbound', 0.001, 40_000], ['getblocktxn', 'outbound', 0.001, 120],
  ['feefilter', 'inbound', 0.005, 8], ['sendcmpct', 'inbound', 0.002, 9], ['other', 'inbound', 0.004, 60],
];

export const HOSTILE_USER_AGENTS = [
  '/<script>window.injected=1</script>:1.0/',
  '/"><img src=x onerror="window.injected=1">/',
  '/\u202egnihton ot gnihton\u202c:0.1\u2066/',
  '/nul\u0000 bell\u0007 esc\u001b[31mred\u001b[0m newline\nreturn\r tab\t/',
  '/zero\u200bwidth\ufeff\u00ad tags\u{e0041}\u{e0042} \ud800lone/',
  '/Z\u0351\u036b\u0343\u036a\u0302\u036b\u033da\u0334\u0319\u0324\u031el\u0349\u035ag\u0333\u0320o\u032f/',
  '/\\u{202e} is not an escape/',
  '/{@html "<b>bold</b>"}{{7*7}}${7*7}/',
  '/' + 'A'.repeat(254) + '/',
  '/' + '\u202e'.repeat(254) + '/',
  '/שלום عالم 你好 🟠:1.0/',
  '',
];
const USER_AGENTS = ['/Satoshi:31.0.0/', '/Satoshi:30.2.0/', '/Satoshi:29.1.0(knots)/', '/Satoshi:28.1.0/', '/btcwire:0.5.0/btcd:0.24.2/', '/bitcoinj:0.16.3/'];
const OUTBOUND = ['outbound-full-relay', 'outbound-full-relay', 'outbound-full-relay', 'block-relay-only', 'manual', 'feeler'];

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const base32 = (length) => Array.from({ length }, () => pick('abcdefghijklmnopqrstuvwxyz234567')).join('');
const octet = () => 1 + Math.floor(Math.random() * 254);

const ADDRESSES = {
  ipv4: () => `${octet()}.${octet()}.${octet()}.${octet()}:${pick([8333, 49152 + octet()])}`,
  ipv6: () => `[2a0${hex(1)}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}:${hex(4)}]:8333`,
  onion: () => `${base32(56)}.onion:8333`,
  i2p: () => `${base32(52)}.b32.i2p:0`,
  cjdns: () => `[fc${hex(2)}:${hex(4)}::${hex(4)}]:8333`,
  not_publicly_routable: () => `127.0.0.1:${30000 + octet()}`,
};

/** What getpeerinfo says of a peer. */
function reported(node, id, inbound) {
  const now = Math.floor(Date.now() / 1000);
  const ago = (most) => now - Math.floor(Math.random() * most);
  return {
    ping_time_seconds: Math.random() ** 4 * 3 + 0.0004, minimum_ping_seconds: 0.0004, synced_blocks: node.height, synced_headers: id % 4 ? node.height : -1,
    starting_height: node.height - 12, inflight_blocks: id % 7 ? 0 : 2, last_send_unix_seconds: ago(30), last_receive_unix_seconds: ago(30),
    ...(id % 3 && { last_transaction_unix_seconds: ago(900) }), ...(id % 5 === 0 && { last_block_unix_seconds: ago(7200) }),
    relay_transactions: id % 6 !== 0, inv_to_send: Math.floor(Math.random() * 60), last_inv_sequence: 70_000 + id, time_offset_seconds: (id % 5) - 2,
    high_bandwidth_to: !inbound && id % 3 === 0, high_bandwidth_from: id % 8 === 0, address_relay_enabled: id % 4 !== 0,
    addresses_processed: Math.floor(Math.random() * 20_000), addresses_rate_limited: id % 10 ? 0 : 1234, minimum_feerate_btc_per_kvb: 0.00001,
    node_sent_bytes: 1_000_000 + id, node_received_bytes: 2_000_000 + id, ...(id % 2 && { mapped_as: 64_500 + id }),
  };
}

/** About `mean` happenings, as a Poisson process would have them. */
function happenings(mean) {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * (Math.random() + Math.random() + Math.random() - 1.5) * 2));
  let count = 0;
  for (let chance = Math.exp(-mean), product = Math.random(); product > chance; product *= Math.random()) count += 1;
  return count;
}

export class World {
  /** `messages`: per second, all nodes together; what `peers` would exchange by themselves, unless given. */
  constructor({ nodes = ['alice', 'bob'], peers = 60, lossy = true, messages } = {}) {
    this.factor = messages === undefined ? 1 : messages / (peers * 3.3);
    this.start = Date.now() - 90_000;
    this.sequence = 1;
    this.hash = hex(44);
    this.lossy = lossy;
    this.nodes = nodes.map((node, index) => ({
      node, run: Math.floor(this.start / 1000) - 86_400, height: 915_203 - (index === 0 ? 0 : 1), nextId: 0,
      peers: [], commands: new Map(), mempool: 0, lost: 0, target: Math.max(1, Math.round(peers / nodes.length)),
    }));
    // The second node has the extractors of old alone.
    this.nodes.forEach((node, index) => index !== 1 && (node.inside = new Inside(node.height)));
    for (const node of this.nodes) while (node.peers.length < node.target) this.#connect(node, Math.random() * 90_000);
    this.fleet = new Fleet(this.nodes, this.start);
    for (let second = 0; second < 5; second += 1) this.step(1);
  }

  #connect(node, secondsAgo) {
    const network = pick(['ipv4', 'ipv4', 'ipv4', 'ipv6', 'onion', 'onion', 'i2p', 'cjdns', 'not_publicly_routable']);
    const inbound = node.peers.length >= 10;
    const id = node.nextId++;
    node.peers.push({
      node: node.node, run: node.run, peer_id: id, address: ADDRESSES[network](), network,
      connection_type: inbound ? 'inbound' : pick(OUTBOUND), direction: inbound ? 'inbound' : 'outbound',
      user_agent: id < HOSTILE_USER_AGENTS.length ? HOSTILE_USER_AGENTS[id] : pick(USER_AGENTS),
      version: pick([70016, 70016, 70016, 70015]), services: '1033', transport: pick(['v2', 'v2', 'v1']),
      opened_unix_seconds: Math.floor(Date.now() / 1000 - secondsAgo),
      ...(id % 9 !== 4 && reported(node, id, inbound)),
      messages_received: 0, messages_sent: 0, bytes_received: 0, bytes_sent: 0, misbehaving: id % 17 === 3 ? 1 + (id % 3) : 0,
    });
  }

  /** Lets `seconds` pass. */
  step(seconds) {
    const now = Date.now();
    for (const node of this.nodes) {
      node.peers = node.peers.filter(({ closed_unix_seconds: closed }) => closed === undefined || now / 1000 - closed < 10);
      const open = node.peers.filter(({ closed_unix_seconds: closed }) => closed === undefined);
      if (Math.random() < node.target / 200 && open.length > 12) pick(open.slice(10)).closed_unix_seconds = Math.floor(now / 1000);
      if (open.length < node.target) this.#connect(node, 0);
      for (const peer of open) this.#talk(node, peer, seconds);
      node.mempool += happenings(4.2 * seconds);
      if (this.lossy && node === this.nodes[0] && Math.random() < 0.1) node.lost += 20 + octet();
      node.inside?.step(seconds);
      if (Math.random() >= seconds / 600) continue;
      node.inside?.block();
      node.height = node.inside?.height ?? node.height + 1;
    }
  }

  #talk(node, peer, seconds) {
    const busy = 0.2 + ((peer.peer_id * 7919) % 100) / 50;
    for (const [command, direction, rate, size] of COMMANDS) {
      const messages = happenings(rate * busy * seconds * this.factor * (1 + 0.4 * Math.sin(Date.now() / 20_000)));
      if (messages === 0) continue;
      const bytes = messages * Math.max(8, Math.round(size * (0.6 + 0.8 * Math.random())));
      const key = `${direction} ${command}`;
      const total = node.commands.get(key) ?? { command, direction, messages: 0, bytes: 0 };
      node.commands.set(key, total);
      total.messages += messages;
      total.bytes += bytes;
      peer[direction === 'inbound' ? 'messages_received' : 'messages_sent'] += messages;
      peer[direction === 'inbound' ? 'bytes_received' : 'bytes_sent'] += bytes;
      peer.last_message_ns = `${Date.now()}000000`;
      peer.last_message_command = command;
      this.sequence += messages;
    }
  }

  snapshot() {
    const bus_time_ns = `${Date.now()}123456`;
    const peers = this.nodes.flatMap((node) => node.peers);
    const since_ns = `${this.start}000000`;
    const component = (component, state, detail) => ({ component, state, since_ns, ...(detail && { detail }) });
    return {
      node: {
        version: '0.1.0',
        nodes: this.nodes.map(({ node, run, height, peers, mempool }) => ({
          node, run, connected: true, peers: peers.length, height, block_hash: '00'.repeat(10) + this.hash, mempool_transactions_added: mempool,
          last_block: { height, block_hash: '00'.repeat(10) + this.hash, time_ns: `${this.start + 60_000}000000`, transaction_count: 3412, duration_ns: 184_000_000 },
          facts: this.#facts(height, mempool),
        })),
        components: [
          ...this.nodes.flatMap(({ node }, index) => [
            index === 1
              ? component(`ebpf ${node}`, 'failed', 'cannot load the program: needs CAP_BPF and CAP_PERFMON; run `setcap cap_bpf,cap_perfmon+ep peer-observer`')
              : component(`ebpf ${node}`, 'working', '12 tracepoints attached to process 4711'),
            ...(index === 1 ? [] : ['p2p', 'ipc', 'log', 'process'].map((source) => component(`${source} ${node}`, 'working'))),
            index === 2 ? component(`rpc ${node}`, 'waiting', '127.0.0.1:8332 refuses connections; trying again in 8 s') : component(`rpc ${node}`, 'working'),
          ]),
          component('metrics', 'working'), component('web', 'working'),
        ],
      },
      peers: { bus_time_ns, peers },
      vitals: { bus_time_ns, nodes: this.nodes.map(({ node, inside }) => ({ node, ...inside?.vitals() })) },
      totals: {
        bus_time_ns, bus_sequence: this.sequence, missed: 0,
        nodes: this.nodes.map((node) => this.#totals(node)),
        hops: [
          { hop: 'subscription', part: 'metrics', attempted: this.sequence, whole: this.sequence, reduced: 0, dropped: [] },
          { hop: 'subscription', part: 'web', attempted: this.sequence, whole: this.sequence - 40, reduced: 40, dropped: [] },
        ],
      },
    };
  }

  #facts(height, mempool) {
    return {
      chain: {
        chain: 'main', height, headers_height: height, time_unix_seconds: Math.floor(this.start / 1000) + 30, difficulty: 1.2943e14, verification_progress: 0.999998,
        initial_block_download: false, size_on_disk_bytes: 792_000_000_000, pruned: false, warnings: this.lossy ? ['Unknown new rules activated (versionbit 28)'] : [],
      },
      network: {
        version: 310000, user_agent: '/Satoshi:31.0.0/', protocol_version: 70016, services: '3081', network_active: true, relay_transactions: true, time_offset_seconds: 0,
        inbound_connections: 50, outbound_connections: 10, reachable_networks: ['ipv4', 'ipv6', 'onion'], local_addresses: ['203.0.113.7:8333', '[2001:db8::7]:8333'],
      },
      mempool: {
        loaded: true, transaction_count: 41_000 + mempool, transactions_vbytes: 21_400_000, memory_bytes: 121_000_000, maximum_memory_bytes: 300_000_000, total_fee_btc: 0.31,
        minimum_feerate_btc_per_kvb: 0.00001, minimum_relay_feerate_btc_per_kvb: 0.00001, unbroadcast_count: 0,
      },
      addrman: { new_addresses: 54_112, tried_addresses: 11_023 }, started_unix_seconds: Math.floor(this.start / 1000) - 86_400, banned: 3,
    };
  }

  /** Messages per second, all nodes together. */
  get perSecond() {
    return this.nodes.reduce((sum, { peers }) => sum + peers.length, 0) * 3.3 * this.factor;
  }

  /** `/api/v1/history` and its like: `what` of all nodes, or of one. */
  inside(what, name) {
    const nothing = { history: { pings: { times_unix_seconds: [], round_trip_ns: [] }, cpu: { times_unix_seconds: [], threads: [], others_cores: [] } }, chain: { changes: 0, entries: [] }, log: { categories: [], templates: [], alarms: [] }, vitals: {} };
    const nodes = this.nodes.filter(({ node }) => name === null || node === name);
    return { bus_time_ns: `${Date.now()}123456`, nodes: nodes.map(({ node, inside }) => ({ node, ...(inside?.[what]() ?? nothing[what]) })) };
  }

  /** The reply about one peer. */
  peer(name, id) {
    const peer = this.nodes.find(({ node }) => node === name)?.peers.find(({ peer_id }) => peer_id === id);
    if (!peer) return undefined;
    const at = (seconds) => `${peer.opened_unix_seconds + seconds}000000000`;
    return {
      peer,
      details: { address_bind: '127.0.0.1:8333', session_id: hex(64), permissions: ['noban', 'relay'], inflight_heights: [] },
      lifecycle: [
        { time_ns: at(0), stage: 'opened' }, { time_ns: at(0), stage: 'version_sent' }, { time_ns: at(1), stage: 'version_received', detail: peer.user_agent },
        { time_ns: at(1), stage: 'verack_sent' }, { time_ns: at(2), stage: 'verack_received' },
        ...(peer.misbehaving ? [{ time_ns: at(30), stage: 'misbehaving', detail: 'headers message size = 2001 <b>' }] : []),
        ...(peer.closed_unix_seconds ? [{ time_ns: `${peer.closed_unix_seconds}000000000`, stage: 'closed' }] : []),
      ],
      commands: COMMANDS.slice(0, 12).map(([command, direction, rate, size], place) => ({ command, direction, messages: Math.ceil(rate * 900) + place, bytes: Math.ceil(rate * 900 * size) })),
    };
  }

  #totals({ node, commands, mempool, lost }) {
    const attempted = [...commands.values()].reduce((sum, { messages }) => sum + messages, lost);
    return {
      node, commands: [...commands.values()], undecodable: 3, cut: 0, connections_opened: 70, connections_closed: 9,
      connections_evicted: 1, misbehaving: 4, mempool_added: mempool, mempool_removed: 0, mempool_replaced: 0, mempool_rejected: 0,
      blocks_connected: 2, gaps: lost > 0 ? 2 : 0, lost, lost_unknown: lost > 0 ? 1 : 0, peers_over_limit: 0,
      hops: [
        { extractor: 'ebpf', hop: 'ring', part: 'net:inbound_message', attempted, whole: attempted - lost - 12, reduced: 12, dropped: lost > 0 ? [{ reason: 'ring_full', count: lost - 3 }, { reason: 'read_fault', count: 3 }] : [] },
        { extractor: 'ebpf', hop: 'decoder', part: 'p2p_message', attempted: attempted - lost, whole: attempted - lost, reduced: 0, dropped: [] },
        { extractor: 'ebpf', hop: 'bus', part: 'p2p_message', attempted: attempted - lost, whole: attempted - lost, reduced: 0, dropped: [] },
      ],
    };
  }
}
