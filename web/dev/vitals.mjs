// A made-up node from the inside, for the mock server: its backlog, threads, tips and log.

import { logLine, TEMPLATES } from './log.mjs';

const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const now = () => Date.now() / 1000;
const ns = (seconds) => `${Math.round(seconds * 1000)}000000`;

const THREADS = [
  ['b-msghand', 0.4], ['b-net', 0.08], ['b-scriptch', 0.3], ['b-http', 0.02], ['b-httpworker', 0.03], ['b-scheduler', 0.01], ['b-addcon', 0.004], ['b-opencon', 0.003],
  ['b-capnp-loop', 0.002], ['b-txindex', 0.05], ['b-torcontrol', 0.001], ['bitcoin-node', 0.001], ['b-prevout', 0.002], ['b-i2paccept', 0.0005],
];
/** As many as the server tells apart. */
const MOST_THREADS = 12;
const HISTORY_SECONDS = 600;
const PING_SECONDS = 10;

export class Inside {
  #changes = 1;
  #entries = [];
  #pings = [];
  #cpu = [];
  #counts = new Map();
  #alarms = [];
  #log = { lines: 0, bytes: 0, levels: new Map() };

  /** `height`: of the best block. */
  constructor(height) {
    this.height = height - 40;
    this.since = now() - 3600;
    for (let age = HISTORY_SECONDS; age > 0; age -= 1) this.#second(now() - age);
    while (this.height < height) this.block(now() - (height - this.height) * 540);
  }

  /** A wave of work each five minutes. */
  #load(time) {
    return 0.4 + Math.max(0, Math.sin(time / 48)) ** 8 * 2 + Math.random() * 0.2;
  }

  #second(time) {
    const load = this.#load(time);
    const threads = THREADS.map(([name, share], place) => ({ name, count: name === 'b-scriptch' ? 15 : 1, cores: Math.round(share * load * (0.7 + Math.random() * 0.6) * (place % 5 === 2 ? load : 1) * 1e4) / 1e4 }));
    threads.sort((a, b) => b.cores - a.cores);
    const others = threads.slice(MOST_THREADS).reduce((sum, { cores }) => sum + cores, 0);
    this.#cpu = [...this.#cpu.slice(1 - HISTORY_SECONDS), { time, threads: threads.slice(0, MOST_THREADS), others }];
    if (this.#pings.length === 0 || time - this.#pings.at(-1).time >= PING_SECONDS) {
      this.#pings = [...this.#pings.slice(1 - HISTORY_SECONDS), { time, seconds: 0.0002 + Math.max(0, load - 1) ** 2 * 0.4 * Math.random() }];
    }
    for (let line = 0; line < 20 + load * 40; line += 1) this.#write(logLine(), time);
  }

  #write(line, time) {
    const count = this.#counts.get(line.template_id) ?? { lines: 0, bytes: 0, last_ns: '0' };
    this.#counts.set(line.template_id, { lines: count.lines + 1, bytes: count.bytes + line.line_bytes, last_ns: ns(time) });
    this.#log.lines += 1;
    this.#log.bytes += line.line_bytes;
    this.#log.levels.set(line.level, (this.#log.levels.get(line.level) ?? 0) + 1);
    const { level, category, message, template_id } = line;
    if (level === 'warning' || level === 'error') this.#alarms = [{ time_ns: ns(time), level, category, message, template_id }, ...this.#alarms].slice(0, 50);
  }

  /** The node connects a block; now and then another branch wins. */
  block(time = now()) {
    if (this.height % 17 === 3 && this.#entries.length > 3) this.#reorganize(time);
    this.height += 1;
    this.#changes += 1;
    const compact = Math.random() < 0.9;
    const requested = Math.random() < 0.6 ? 0 : Math.ceil(Math.random() ** 3 * 600);
    const filled = this.height % 7 === 5;
    this.#entries = [{
      block: {
        block_hash: '00'.repeat(10) + hex(44), time_ns: ns(time - 0.2), height: this.height, disconnected: false,
        tip: filled ? { time_ns: ns(time + 0.1), observed: false } : { time_ns: ns(time), observed: true, advanced_blocks: this.height % 7 === 6 ? 2 : 1 },
        connected: { time_ns: ns(time - 0.002), transaction_count: 3412, duration_ns: 184_000_000 },
        ...(compact && { announced_ns: ns(time - 0.17), reconstruction: {
          block_hash: '', peer_id: 11, high_bandwidth: Math.random() < 0.8, duration_seconds: 0.004 + Math.random() * 0.3, prefilled_transactions: 1,
          mempool_transactions: 3_400 - requested, extra_pool_transactions: requested % 5, requested_transactions: requested, requested_bytes: requested * 612,
        } }),
      },
    }, ...this.#entries].slice(0, 50);
  }

  #reorganize(time) {
    const gone = this.#entries.find(({ block }) => block?.height === this.height)?.block;
    if (gone) gone.disconnected = true;
    const reorg = { time_ns: ns(time), fork_height: this.height - 1, old_height: this.height, new_height: this.height + 1, disconnected_blocks: 1, connected_blocks: 2 };
    this.#entries = [{ reorg }, ...this.#entries];
    this.height -= 1;
    this.block(time);
  }

  step(seconds) {
    for (let second = 0; second < seconds; second += 1) this.#second(now());
  }

  vitals() {
    const cpu = this.#cpu.at(-1);
    const ping = this.#pings.at(-1);
    const sum = cpu.threads.reduce((sum, { cores }) => sum + cores, cpu.others);
    return {
      probe: {
        connection: { since_ns: ns(this.since), transport: 'v2', verified: true, peer_id: 5, listen_address: '127.0.0.1:9333', node_address: '127.0.0.1:51422', handshake_ns: 2_100_000, user_agent: '/Satoshi:31.0.0/' },
        ping: { time_unix_seconds: ping.time, round_trip_ns: Math.round(ping.seconds * 1e9) },
        announcements: [{ command: 'inv', messages: 4123, bytes: 812_000 }, { command: 'addrv2', messages: 61, bytes: 91_000 }, { command: 'headers', messages: 3, bytes: 243 }, { command: 'cmpctblock', messages: 40, bytes: 822_000 }, { command: 'feefilter', messages: 6, bytes: 48 }],
      },
      chain: {
        changes: this.#changes, echo: { time_ns: ns(now() - 4), round_trip_ns: 163_000 },
        template: {
          time_ns: ns(now() - 12), height: this.height + 1, previous_block_hash: hex(64), transaction_count: 3980, weight: 3_993_104, fees_sat: 2_345_678, sigops_cost: 9_124, duration_ns: 21_000_000,
          fee_rates: [[0, 1.02], [10, 1.11], [25, 1.6], [50, 2.51], [75, 4.07], [90, 8.8], [100, 402.13]].map(([percentile, rate]) => ({ percentile, feerate_sat_per_vbyte: rate })),
        },
      },
      process: {
        time_unix_seconds: cpu.time, pid: 4711, thread_count: 34,
        memory: { anonymous_bytes: 1_240_000_000, file_bytes: 310_000_000, shared_bytes: 0, swap_bytes: 0, virtual_bytes: 4_000_000_000, peak_resident_bytes: 1_700_000_000 },
        files: { open_files: 214, sockets: 88, open_files_limit: 1024 }, proportional_memory: { pid: 4711, proportional_bytes: 1_490_000_000, private_bytes: 1_400_000_000, swap_bytes: 0, cost_ns: 4_000_000 },
        cpu: { cores: sum, threads: cpu.threads.map((thread) => ({ ...thread, waiting_cores: thread.cores / 9 })), others_cores: cpu.others, waiting_cores: sum / 9 },
      },
      log: { lines: this.#log.lines, bytes: this.#log.bytes, levels: [...this.#log.levels].map(([level, lines]) => ({ level, lines })), rate_limited: 0, templates: this.#counts.size },
    };
  }

  history() {
    const names = [...new Set(this.#cpu.flatMap(({ threads }) => threads.map(({ name }) => name)))].slice(0, MOST_THREADS);
    const of = (threads, name) => threads.find((thread) => thread.name === name)?.cores ?? 0;
    return {
      pings: { times_unix_seconds: this.#pings.map(({ time }) => time), round_trip_ns: this.#pings.map(({ seconds }) => Math.round(seconds * 1e9)) },
      cpu: { times_unix_seconds: this.#cpu.map(({ time }) => time), threads: names.map((name) => ({ name, cores: this.#cpu.map(({ threads }) => of(threads, name)) })), others_cores: this.#cpu.map(({ others }) => others) },
    };
  }

  chain() {
    return { changes: this.#changes, entries: this.#entries };
  }

  log() {
    const templates = TEMPLATES.map(({ template_id, template, category, level, location }) => ({
      template_id, template, origin: location ? 'catalogue' : 'mined', category, level, locations: location ? [location] : [], ...(this.#counts.get(template_id) ?? { lines: 0, bytes: 0, last_ns: '0' }),
    })).filter(({ lines }) => lines > 0).sort((a, b) => b.lines - a.lines);
    const categories = new Map();
    for (const { category, lines, bytes } of templates) {
      const sum = categories.get(category) ?? { category, lines: 0, bytes: 0 };
      categories.set(category, { category, lines: sum.lines + lines, bytes: sum.bytes + bytes });
    }
    return { categories: [...categories.values()].sort((a, b) => b.lines - a.lines), templates, alarms: this.#alarms };
  }
}
