import { describe, expect, it } from 'vitest';
import { appended, HISTORY_SECONDS, meanFlow, type Sample } from './history';
import { peerKey, RateMeter } from './rates';
import type { CommandTotal, Peer, Snapshot } from './types';

const START = 1_790_000_000_000_000_000n;

function snapshot(seconds: number, sequence: number, commands: CommandTotal[] = [], peers: Peer[] = []): Snapshot {
  const bus_time_ns = String(START + BigInt(Math.round(seconds * 1e9)));
  const node = { node: 'alice', commands, mempool_added: sequence, gaps: 0, lost: 0, lost_unknown: 0, hops: [] };
  return {
    node: { version: '0.1.0', nodes: [{ node: 'alice', connected: true }], components: [] },
    peers: { bus_time_ns, peers },
    totals: { bus_time_ns, bus_sequence: sequence, nodes: [node], hops: [] },
  };
}
const inv = (messages: number, bytes: number): CommandTotal => ({ command: 'inv', direction: 'inbound', messages, bytes });
const peer = (run: number, messages_received: number): Peer => ({ node: 'alice', run, peer_id: 3, messages_received });

describe('RateMeter', () => {
  it('divides by the bus time that has passed, not by the number of snapshots', () => {
    const meter = new RateMeter();
    expect(meter.next(snapshot(0, 1, [inv(100, 1000)]))).toBeUndefined();
    const rates = meter.next(snapshot(4, 2, [inv(120, 1400)]))!;
    expect(rates.nodes.get('alice')!.commands.get('inbound inv')).toEqual({ messages: 5, bytes: 100 });
    expect(rates.time).toBe(1_790_000_004);
  });

  it('counts the lines of the log', () => {
    const meter = new RateMeter();
    const written = (seconds: number, lines: number): Snapshot => ({
      ...snapshot(seconds, seconds + 1),
      vitals: { bus_time_ns: '1', nodes: [{ node: 'alice', log: { lines, bytes: 100 * lines, levels: [], rate_limited: 0, templates: 1 } }] },
    });
    meter.next(written(0, 10));
    expect(meter.next(written(2, 30))!.nodes.get('alice')).toMatchObject({ logLines: 10, logBytes: 1000 });
    expect(meter.next(snapshot(4, 9))!.nodes.get('alice')!.logLines).toBeUndefined();
  });

  it('counts a command and a peer that appear from zero', () => {
    const meter = new RateMeter();
    meter.next(snapshot(0, 1));
    const rates = meter.next(snapshot(2, 2, [inv(6, 60)], [peer(1, 8)]))!;
    expect(rates.nodes.get('alice')!.commands.get('inbound inv')!.messages).toBe(3);
    expect(rates.peers.get(peerKey(peer(1, 0)))!.received).toBe(4);
  });

  it('does not take a peer id that is used again after a restart of the node for the same peer', () => {
    const meter = new RateMeter();
    meter.next(snapshot(0, 1, [], [peer(1, 1000)]));
    const rates = meter.next(snapshot(1, 2, [], [peer(2, 7)]))!;
    expect(rates.peers.get(peerKey(peer(2, 0)))!.received).toBe(7);
  });

  it('has no rates across a restart of the bus, and none for a counter that went back', () => {
    const meter = new RateMeter();
    meter.next(snapshot(0, 1000, [inv(500, 500)]));
    expect(meter.next(snapshot(1, 3, [inv(600, 600)]))).toBeUndefined();
    const rates = meter.next(snapshot(2, 4, [inv(10, 10)]))!;
    expect(rates.nodes.get('alice')!.commands.has('inbound inv')).toBe(false);
  });

  it('waits for more when two snapshots fall together', () => {
    const meter = new RateMeter();
    meter.next(snapshot(0, 1, [inv(0, 0)]));
    const first = meter.next(snapshot(1, 2, [inv(10, 0)]));
    expect(meter.next(snapshot(1.01, 3, [inv(19, 0)]))).toBe(first);
    expect(meter.next(snapshot(2, 4, [inv(20, 0)]))!.nodes.get('alice')!.commands.get('inbound inv')!.messages).toBeCloseTo(10);
  });
});

describe('history', () => {
  const rates = (time: number, messages: number, seconds = 1) => ({
    time, seconds, peers: new Map(),
    nodes: new Map([['alice', { commands: new Map([['inbound inv', { messages, bytes: 0 }]]), mempoolAdded: 0, lost: 0 }]]),
  });

  it('keeps five minutes and means the last of them', () => {
    let history: Sample[] = [];
    for (let time = 0; time < 1000; time += 1) history = appended(history, rates(time, time < 940 ? 0 : 6));
    expect(history[0]!.time).toBe(999 - HISTORY_SECONDS);
    expect(meanFlow(history, '', 'inbound inv', 60)!.messages).toBe(6);
    expect(meanFlow(history, 'bob', 'inbound inv', 60)!.messages).toBe(0);
  });

  it('shows an interruption as a hole', () => {
    const history = appended(appended([], rates(10, 1)), rates(30, 1, 20));
    expect(history.map(({ time, nodes }) => [time, nodes !== undefined])).toEqual([[10, true], [20, false], [30, true]]);
  });
});
