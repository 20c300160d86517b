import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Stream, type Connection } from './stream';

class FakeSocket {
  static all: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: string[] = [];
  closed = false;
  onopen = () => {};
  onclose = () => {};
  onmessage: (message: { data: unknown }) => void = () => {};
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) { this.sent.push(text); }
  close() { this.closed = true; }
}

const SNAPSHOT = JSON.stringify({
  snapshot: {
    node: { version: '0', nodes: [], components: [] },
    peers: { bus_time_ns: '1', peers: [] },
    totals: { bus_time_ns: '1', bus_sequence: 1, nodes: [], hops: [] },
  },
});

describe('Stream', () => {
  let states: Connection[];
  let stream: Stream;
  let locked: boolean;
  const socket = () => FakeSocket.all.at(-1)!;
  const state = () => states.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('WebSocket', FakeSocket);
    FakeSocket.all = [];
    states = [];
    locked = false;
    stream = new Stream('ws://x/', { snapshot: () => {}, connection: (connection) => states.push(connection), isLocked: async () => locked });
    stream.connect();
  });
  afterEach(() => {
    stream.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('asks for snapshots and is live with the first one', () => {
    socket().onopen();
    expect(JSON.parse(socket().sent[0]!)).toEqual({ snapshots: true });
    expect(state()).toEqual({ state: 'connecting', again: false });
    socket().onmessage({ data: SNAPSHOT });
    expect(state()).toEqual({ state: 'live' });
  });

  it('asks for events in the same connection, again after an interruption, and no more when nobody wants them', () => {
    const got: unknown[] = [];
    const open = () => { socket().readyState = 1; socket().onopen(); };
    const handlers = {
      asked: () => got.push(['asked']),
      events: (events: unknown, characters: number) => got.push(['events', events, characters]),
      leftOut: (limit: number, filter: number) => got.push(['left out', limit, filter]),
      missed: (count: number) => got.push(['missed', count]),
    };
    open();
    const request = { events: { commands: ['inv'] }, max_per_second: 50 };
    const stop = stream.watch(request, handlers);
    expect(JSON.parse(socket().sent[1]!)).toEqual({ snapshots: true, id: 1, ...request });
    for (const data of ['{"events":[{},{}]}', '{"asked":1}', '{"events":[{}]}', '{"missed":3}', '{"left_out":{"limit":4,"filter":5}}']) socket().onmessage({ data });
    expect(got, 'what was under way before is not passed on').toEqual([['asked'], ['events', [{}], 15], ['missed', 3], ['left out', 4, 5]]);
    socket().onclose();
    vi.advanceTimersByTime(1000);
    open();
    expect(JSON.parse(socket().sent[0]!)).toEqual({ snapshots: true, id: 2, ...request });
    socket().onmessage({ data: '{"asked":1}' });
    socket().onmessage({ data: '{"missed":3}' });
    stop();
    expect(JSON.parse(socket().sent[1]!)).toEqual({ snapshots: true });
    socket().onmessage({ data: '{"missed":3}' });
    expect(got.length).toBe(4);
  });

  it('waits 1, 2, 4, 8, 10, 10 s between attempts, and 1 s again once it was live', () => {
    const waits = [1, 2, 4, 8, 10, 10].map((seconds) => {
      socket().onclose();
      const before = FakeSocket.all.length;
      vi.advanceTimersByTime(seconds * 1000 - 1);
      expect(FakeSocket.all.length).toBe(before);
      vi.advanceTimersByTime(1);
      return FakeSocket.all.length - before;
    });
    expect(waits).toEqual([1, 1, 1, 1, 1, 1]);
    socket().onmessage({ data: SNAPSHOT });
    socket().onclose();
    expect(state()).toMatchObject({ state: 'interrupted', retryAt: performance.now() + 1000 });
  });

  it('says so after 3 s without a snapshot, and connects anew after 10', () => {
    socket().onmessage({ data: SNAPSHOT });
    vi.advanceTimersByTime(3000);
    expect(state().state).toBe('stalled');
    const dead = socket();
    vi.advanceTimersByTime(7000);
    expect(dead.closed).toBe(true);
    expect(state()).toMatchObject({ state: 'interrupted', reason: 'no answer' });
  });

  it('says that the server wants another token, until it is live again', async () => {
    const answered = () => vi.advanceTimersByTimeAsync(0);
    socket().onclose();
    await answered();
    expect(state()).toMatchObject({ state: 'interrupted', locked: false });
    locked = true;
    vi.advanceTimersByTime(1000);
    socket().onclose();
    await answered();
    expect(state()).toMatchObject({ state: 'interrupted', locked: true });
    vi.advanceTimersByTime(2000);
    locked = false;
    socket().onmessage({ data: SNAPSHOT });
    expect(state()).toEqual({ state: 'live' });
    socket().onclose();
    expect(state()).toMatchObject({ state: 'interrupted', locked: false });
  });

  it('tries at once when told to, and only once', () => {
    socket().onclose();
    stream.connect();
    stream.connect();
    expect(FakeSocket.all.length).toBe(2);
    vi.advanceTimersByTime(2000);
    expect(FakeSocket.all.length).toBe(2);
  });

  it('gives the reason that the server gave, and survives what it cannot read', () => {
    socket().onmessage({ data: '{"error":"too many clients"}' });
    socket().onclose();
    expect(state()).toMatchObject({ reason: 'the server says: too many clients' });
    vi.advanceTimersByTime(1000);
    socket().onmessage({ data: '{"snapshot":{"node":{}}}' });
    expect(state().state).toBe('interrupted');
  });
});
