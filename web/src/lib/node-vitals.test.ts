import { describe, expect, it } from 'vitest';
import { hintOf } from './hints';
import { coreShare, probeFacts, templateFacts, vitalTiles } from './node-vitals';
import type { ProbeVitals, Vitals } from './vitals';

const NOW = 1_790_000_100;
const probe: ProbeVitals = {
  connection: { since_ns: '1790000000000000000', transport: 'v2', verified: true, listen_address: '127.0.0.1:9333', node_address: '127.0.0.1:5000', handshake_ns: 2_000_000 },
  ping: { time_unix_seconds: NOW - 4, round_trip_ns: 2_500_000 }, announcements: [{ command: 'inv', messages: 1234, bytes: 37_000 }],
};
const vitals: Vitals = {
  node: 'alice', probe,
  chain: { changes: 1, echo: { time_ns: '1790000097000000000', round_trip_ns: 150_000 }, template: { time_ns: '1790000088000000000', height: 204, transaction_count: 4000, weight: 3_993_000, fees_sat: 2_000_000, fee_rates: [{ percentile: 50, feerate_sat_per_vbyte: 2.5 }], duration_ns: 3_000_000 } },
  process: {
    time_unix_seconds: NOW, pid: 42, thread_count: 30, cpu: { cores: 1.25, threads: [], others_cores: 0, waiting_cores: 0.02 },
    memory: { anonymous_bytes: 1_000_000_000, file_bytes: 200_000_000, shared_bytes: 0, swap_bytes: 5_000_000, peak_resident_bytes: 0 }, files: { open_files: 30, sockets: 12, open_files_limit: 1024 },
  },
};
const tile = (label: string, of: Vitals = vitals) => vitalTiles(of, NOW).find((tile) => tile.label === label);

describe('tiles', () => {
  it('are those of what is known', () => {
    expect(vitalTiles({ node: 'alice' }, NOW)).toEqual([]);
    expect(vitalTiles(vitals, NOW).map(({ label, values, note }) => [label, values[0]!.value, note])).toEqual([
      ['Backlog', '2.5 ms', '4 s ago'], ['CPU', '125 %', '30 threads, 2.0 % waiting'], ['Memory', '1.00 GB', '200 MB of files, 5.00 MB swapped out'],
      ['Open files', '30', '12 of them sockets'], ['Next block', '0.0200', '4,000 transactions, 12 s ago'], ['IPC answers in', '0.1 ms', '3 s ago'],
    ]);
    expect(vitalTiles(vitals, NOW).some(({ alarm }) => alarm)).toBe(false);
  });

  it.each<[string, ProbeVitals, string]>([
    ['is not connected', { ...probe, connection: undefined, gone: { since_ns: '1', reason: 'x' } } as unknown as ProbeVitals, 'not connected'],
    ['does not answer', { ...probe, ping: { time_unix_seconds: NOW - 90, round_trip_ns: 1 } }, '1 m 30 s ago'],
  ])('raise an alarm when the node %s', (_, probe, note) => expect(tile('Backlog', { node: 'alice', probe })).toMatchObject({ alarm: true, note }));

  it('raise an alarm near the limit of open files', () => {
    const process = { ...vitals.process!, files: { open_files: 1000, sockets: 900, open_files_limit: 1024 } };
    expect(tile('Open files', { node: 'alice', process })).toMatchObject({ alarm: true });
  });

  it('write small fees in satoshis', () => {
    const chain = { changes: 1, template: { ...vitals.chain!.template!, fees_sat: 1_410 } };
    expect(tile('Next block', { node: 'alice', chain })!.values).toEqual([{ value: '1,410', name: 'sat fees' }]);
  });
});

describe('facts', () => {
  const value = (facts: { name: string; value: string | undefined }[], name: string) => facts.find((fact) => fact.name === name)?.value;

  it('tell of our connection and of the next block', () => {
    const facts = probeFacts(probe, NOW);
    expect([value(facts, 'Connected'), value(facts, 'The right node'), value(facts, 'inv')]).toEqual(['for 1 m 40 s', 'yes', '1,234 (37.0 kB)']);
    const template = templateFacts(vitals.chain!.template!, NOW);
    expect([value(template, 'Fees'), value(template, 'Median fee rate')]).toEqual(['0.02000000 BTC', '2.50 sat/vB']);
  });
});

it.each([[undefined, '–'], [0, '0.0 %'], [0.004, '0.4 %'], [0.57, '57 %'], [2.12, '212 %']])('a share of a core: %j is %s', (cores, text) => expect(coreShare(cores)).toBe(text));

describe('hints', () => {
  it('say how to switch an extractor on, or how it is', () => {
    expect(hintOf('p2p', { node: 'alice' }, [{ component: 'p2p bob', state: 'working' }])).toMatch(/addnode.*p2p_listen/);
    expect(hintOf('p2p', { node: 'alice' }, [{ component: 'p2p alice', state: 'waiting', detail: 'nobody has dialled' }])).toBe('Nothing has come yet; p2p alice is waiting: nobody has dialled');
    expect(hintOf('log', { node: 'alice' }, [{ component: 'log alice', state: 'working' }])).toBe('Nothing has come yet; log alice is working.');
  });
});
