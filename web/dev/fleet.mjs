// Made-up nodes beside each other, for the mock server.

const hex = (length) => Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join('');
const BLOCKS = 14;
const TRANSACTIONS = 20;
const LABELS = [{ role: 'honeypot', region: 'eu' }, { role: 'miner' }, {}, { region: '<b>us</b>' }];

/** How blocks and transactions came to the nodes, made up once; what stands changes with the world. */
export class Fleet {
  constructor(nodes, start) {
    this.nodes = nodes;
    this.start = start;
    const trail = (number, isBlock) => this.#trail(number, isBlock);
    this.blocks = Array.from({ length: BLOCKS }, (_, number) => trail(number, true));
    this.transactions = Array.from({ length: TRANSACTIONS }, (_, number) => trail(number, false));
  }

  #trail(number, isBlock) {
    const at = this.start - number * (isBlock ? 600_000 : 20_000);
    const order = [...this.nodes].sort(() => Math.random() - 0.5).slice(0, number % 5 === 3 ? 1 : undefined);
    const moment = (ms) => ({ time_ns: `${Math.round(at + ms)}000000`, uncertainty_ns: 12_000 });
    let after = 0;
    const nodes = order.map(({ node, run }, place) => {
      after += place === 0 ? 0 : 40 + Math.random() ** 3 * 2_500;
      const delay = (ms) => ({ after_ns: Math.round(ms * 1e6), uncertainty_ns: place === 0 ? 0 : number % 4 === 2 ? 500_000_000 : 21_000 });
      const message = isBlock ? ['cmpctblock', 'headers', 'inv'][number % 3] : 'inv';
      const address = number % 6 === 1 ? `${'abcdefgh'.repeat(7)}.onion:8333` : number % 6 === 2 ? '<img src=x>\u202e:1' : `203.0.113.${number + 1}:8333`;
      return {
        node, seen: delay(after), accepted: delay(after + (place === 0 ? 0 : 80)), received: moment(after + 50), disconnected: isBlock && number === 2 && place === 1,
        ...(number % 7 !== 6 && { announced: { ...moment(after), message, run, peer_id: 3 + number, address } }),
      };
    });
    return { hash: '00'.repeat(isBlock ? 10 : 0) + hex(isBlock ? 44 : 64), first: moment(0), nodes, ...(isBlock ? { back: number } : { txid: hex(64) }) };
  }

  reply() {
    const now = Date.now();
    const best = Math.max(...this.nodes.map(({ height }) => height));
    return {
      bus_time_ns: `${now}123456`, sampled_one_in: 256, ignored_events: 0,
      nodes: this.nodes.map((node, index) => this.#node(node, index, best, now)),
      blocks: this.blocks.map(({ back, ...trail }) => ({ ...trail, height: best - back })),
      transactions: this.transactions,
    };
  }

  #node({ node, height }, index, best, now) {
    const behind = best - height;
    const relation = index === 2 ? 'fork' : behind > 0 ? 'behind' : 'best';
    return {
      node, labels: LABELS[index % LABELS.length], chain: 'main', present_since_ns: `${this.start}000000`,
      tip: { height, block_hash: '00'.repeat(10) + hex(4) + 'ab'.repeat(20), since: { time_ns: `${this.start + 60_000}000000`, uncertainty_ns: 12_000 } },
      standing: {
        relation, blocks_behind: behind, behind_ns: behind > 0 ? (now - this.start) * 1e6 : 0, has_fallen_behind: behind > 0 && now - this.start > 60_000,
        ...(relation === 'fork' && { common_height: best - 3, fork_since_ns: `${this.start}000000` }),
      },
      reorganizations: index, disconnected_blocks: index,
      ...(index > 0 && { latest_reorganization: { time_ns: `${this.start}000000`, depth: 1, old_height: best - 2, old_hash: hex(64) } }),
      branches: index === 0 ? [{ height: best - 40, block_hash: hex(64), blocks: 1, status: 'valid-fork' }] : [],
      clocks: [{ extractor: 'ebpf', ahead_ns: index * 1_500_000_000 - 12_000, spread_ns: 9_000 }, { extractor: 'rpc', ahead_ns: -14_000, spread_ns: 8_000 }],
    };
  }
}
