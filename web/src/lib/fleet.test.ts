import { describe, expect, it } from 'vitest';
import { cellsOf, clockOf, fleetReply, standingOf, type FleetNode, type Standing, type Trail } from './fleet';

const node = (standing: Partial<Standing>, more: Partial<FleetNode> = {}): FleetNode => ({
  node: 'alice', present_since_ns: '1790000000000000000', reorganizations: 0, disconnected_blocks: 0, branches: [], clocks: [],
  standing: { relation: 'best', blocks_behind: 0, behind_ns: 0, has_fallen_behind: false, ...standing }, ...more,
});
const TIME = 1_790_000_600;

describe('fleet', () => {
  it('says how a node stands', () => {
    const behind = { relation: 'behind', blocks_behind: 1, behind_ns: 65e9, has_fallen_behind: true };
    const fork = { relation: 'fork', common_height: 200, blocks_behind: 2, behind_ns: 3e9, fork_since_ns: '1790000590000000000' };
    expect(standingOf(node({}), TIME)).toEqual({ text: 'best tip', bad: false });
    expect(standingOf(node(behind), TIME)).toEqual({ text: '1 block behind for 1 m 05 s', bad: true });
    expect(standingOf(node(fork), TIME)).toEqual({
      text: 'on a branch of its own after height 200 for 10 s, 2 blocks behind for 3 s', bad: true,
    });
    const { present_since_ns: _, ...gone } = node({ relation: 'unknown' });
    expect(standingOf(gone, TIME)).toEqual({ text: 'not there', bad: false });
  });

  it('shows the clock that is furthest off', () => {
    const clocks = [{ extractor: 'ebpf', ahead_ns: -12_000, spread_ns: 9_000 }, { extractor: 'rpc', ahead_ns: 3e9, spread_ns: 1e5 }];
    expect(clockOf(node({}, { clocks }))).toEqual({ text: '+3.00 s ± 0.1 ms', title: 'ebpf: −12 µs ± 9 µs\nrpc: +3.00 s ± 0.1 ms' });
    expect(clockOf(node({})).text).toBe('–');
  });

  it('puts each node into its column', () => {
    const trail: Trail = {
      hash: 'ab', nodes: [
        { node: 'bob', seen: { after_ns: 0, uncertainty_ns: 0 }, announced: { time_ns: '1', uncertainty_ns: 0, message: 'inv', peer_id: 3, run: 7 }, disconnected: false },
        { node: 'alice', seen: { after_ns: 230e6, uncertainty_ns: 5e8 }, accepted: { after_ns: 3.1e8, uncertainty_ns: 0 }, disconnected: true },
      ],
    };
    const [alice, bob, carol] = cellsOf(trail, ['alice', 'bob', 'carol']);
    expect(alice).toMatchObject({ seen: '+230 ms', uncertainty: '± 500 ms', accepted: '+310 ms', peer: undefined, disconnected: true });
    expect(bob).toMatchObject({ seen: 'first', uncertainty: '', message: 'inv', peer: { peer_id: 3, run: 7 } });
    expect(carol).toMatchObject({ seen: '', message: '', disconnected: false });
  });

  it('does not take anything for a reply', () => {
    for (const value of [null, {}, [], { bus_time_ns: '1', nodes: [], blocks: [] }]) expect(() => fleetReply(value)).toThrow('unknown form');
  });
});
