import { describe, expect, it } from 'vitest';
import { FeedBuffer, MOST_CHARACTERS, MOST_EVENTS } from './feed-buffer';
import { feedEvent, lineOf, type FeedEvent, type Json } from './feed-event';
import { eventRequest, filterFrom, filterHref, USUAL_KINDS } from './feed-filter';

const HASH = '00'.repeat(28) + 'deadbeef';
const message = (command: string, body: Json, more = {}): Json => ({
  node: 'alice', run: 7, time_ns: '1790000000250000000',
  payload: { p2p_message: { peer_id: 3, address: '1.2.3.4:8333', direction: 'inbound', command, payload_bytes: 37, body: { [command]: body }, ...more } },
});
const read = (event: Json, size = 100) => feedEvent(event, 1, size)!;

describe('events', () => {
  it('have their envelope in columns and the rest in a line', () => {
    const event = read(message('inv', { items: [{ type: 'wtx', hash: HASH }, { type: 'wtx', hash: HASH }, { type: 'block', hash: HASH }] }));
    expect(event).toMatchObject({ time: 1_790_000_000.25, node: 'alice', run: 7, name: 'p2p_message', command: 'inv', peer: 3, direction: 'inbound', bytes: 37 });
    expect(lineOf(event)).toBe('items: 2 wtx, 1 block');
  });

  it.each<[Json, string]>([
    [message('tx', { txid: HASH, size_bytes: 250 }), 'txid=00000000…deadbeef size_bytes=250'],
    [message('verack', {}), ''],
    [message('addrv2', { entries: [{ port: 1, address: { network: 'onion' } }, { port: 2, address: { network: 'onion' } }] }), 'entries: 2 onion'],
    [message('version', { receiver: { port: 1, address: { network: 'ipv4' } }, user_agent: '/x/' }), 'user_agent=/x/ receiver{port=1 address{network=ipv4}}'],
    [message('block', {}, { cut: { reason: 'setting' } }), '(body cut)'],
    [message('xyz', {}, { body: { undecodable: { error: 'too short' } } }), 'undecodable error=too short'],
    [{ payload: { block_connected: { block_hash: HASH, height: 203, duration_ns: 1_500_000 } } }, 'block_hash=00000000…deadbeef height=203 duration=1.50ms'],
    [{ payload: { connection_misbehaving: { peer_id: 1, reason: 'x'.repeat(1000) } } }, `reason=${'x'.repeat(60)}…`],
    [{ payload: { probe_ping: { round_trip_ns: 2_500_000 } } }, 'round_trip=2.50ms'],
    [{ payload: { probe_announcement: { command: 'inv', payload_bytes: 37, body: { inv: { items: [{ type: 'wtx', hash: HASH }] } } } } }, 'inv items: 1 wtx'],
    [{ payload: { process_sample: { pid: 42, threads: [{ name: 'b-net' }, { name: 'b-msghand' }], cost_ns: 1_000_000 } } }, 'pid=42 2 threads cost=1.00ms'],
    [{ payload: { chain_tip_changed: { block_hash: HASH, height: 203, observed: false } } }, 'block_hash=00000000…deadbeef height=203 observed=false'],
    [{}, ''],
  ])('%#: one line', (event, line) => expect(lineOf(read(event))).toBe(line));

  it.each<Json>([null, 3, 'x', []])('does not stumble over %j', (event) => expect(feedEvent(event, 1, 1)).toBeUndefined());

  it('does not trust the form of what it reads', () => {
    expect(read({ node: 3, time_ns: 'x', payload: { p2p_message: { peer_id: '3', direction: 'up', command: {}, body: [] } } })).toMatchObject({ node: '', time: 0, peer: undefined, direction: undefined, command: '' });
    expect(read({ payload: { p2p_message: null } }).name).toBe('p2p_message');
  });
});

describe('FeedBuffer', () => {
  const event = (key: number, size: number): FeedEvent => ({ ...read({}), key, size });

  it('keeps the latest events, the newest first', () => {
    const buffer = new FeedBuffer();
    buffer.add(Array.from({ length: 10 * MOST_EVENTS }, (_, key) => event(key, 1)));
    buffer.add([event(-1, 1)]);
    expect(buffer.newest.length).toBe(MOST_EVENTS);
    expect(buffer.newest.slice(0, 2).map(({ key }) => key)).toEqual([-1, 10 * MOST_EVENTS - 1]);
  });

  it('keeps fewer large ones, and what it gave out stays as it was', () => {
    const buffer = new FeedBuffer();
    for (let key = 0; key < 100; key += 1) buffer.add([event(key, MOST_CHARACTERS / 10)]);
    const before = buffer.newest;
    expect(before.length).toBe(10);
    buffer.add([event(100, 2 * MOST_CHARACTERS)]);
    expect(buffer.newest.map(({ key }) => key)).toEqual([100]);
    expect(before.length).toBe(10);
  });
});

describe('filters', () => {
  it('stand in the address, apart from what is usual', () => {
    const usual = filterFrom(new URLSearchParams());
    expect(filterHref(usual)).toBe('#/events');
    const filter = { ...usual, kinds: ['mempool', 'rpc'] as const, commands: 'inv, tx', peers: '3', directions: 'inbound' as const, text: 'a&b=c d', rate: 500 };
    expect(filterFrom(new URLSearchParams(filterHref(filter).split('?')[1]))).toEqual(filter);
  });

  it('become a request', () => {
    const usual = filterFrom(new URLSearchParams('rate=7'));
    expect(eventRequest(usual, '')).toEqual({ events: { kinds: USUAL_KINDS }, max_per_second: 50 });
    expect(eventRequest({ ...usual, commands: ' inv,tx ', peers: '3 4', directions: 'outbound', text: 'x' }, 'alice')).toEqual({
      events: { kinds: USUAL_KINDS, nodes: ['alice'], commands: ['inv', 'tx'], peers: [3, 4], directions: ['outbound'] }, text: 'x', max_per_second: 50,
    });
  });

  it.each([{ peers: 'x' }, { peers: '-1' }, { commands: 'averylongcommand' }, { text: 'ä'.repeat(129) }, { peers: '1 '.repeat(51) }])('explain what is wrong with %j', (wrong) =>
    expect(eventRequest({ ...filterFrom(new URLSearchParams()), ...wrong }, '')).toHaveProperty('error'));
});
