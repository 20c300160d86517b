import { describe, expect, it } from 'vitest';
import { parseRoute, peerHref } from './route';

describe('route', () => {
  it('finds a peer again, whatever its node is called', () => {
    for (const node of ['alice', 'a/b c?d#e', '100%']) {
      const peer = { node, peer_id: 3, run: 1_790_000_000 };
      expect(parseRoute(peerHref(peer))).toEqual({ view: 'peer', node, peer: 3, run: 1_790_000_000 });
      expect(parseRoute(peerHref({ node, peer_id: 0 }))).toEqual({ view: 'peer', node, peer: 0, run: undefined });
    }
  });

  it.each(['', '#', '#/', '#/unknown', '#/%zz', '#main'])('shows the overview for %s', (hash) =>
    expect(parseRoute(hash)).toEqual({ view: 'overview' }));

  it.each(['#/peers', '#/peers/alice', '#/peers/alice/x', '#/peers/alice/-1'])('shows all peers for %s', (hash) =>
    expect(parseRoute(hash)).toEqual({ view: 'peers' }));

  it('keeps the filters of the events', () => {
    const route = parseRoute('#/events?commands=inv+tx&text=%2Fa%20b');
    expect(route.view === 'events' && [...route.filters]).toEqual([['commands', 'inv tx'], ['text', '/a b']]);
  });
});
