import { describe, expect, it } from 'vitest';
import { PEER_COLUMNS } from './peer-columns';
import { peerMix } from './peer-mix';
import { filteredRows, peerRows } from './peer-rows';
import type { Peer } from './types';
import { rowsInView } from './window';

const NOW = 1_790_000_100;
const peers: Peer[] = [
  {
    node: 'alice', run: 1, peer_id: 1, address: '1.2.3.4:8333', network: 'ipv4', connection_type: 'outbound-full-relay', direction: 'outbound',
    services: '3081', relay_transactions: true, last_transaction_unix_seconds: NOW - 60, high_bandwidth_to: true, high_bandwidth_from: true,
    minimum_feerate_btc_per_kvb: 0.00001, mapped_as: 64512, synced_headers: -1, address_relay_enabled: true, addresses_processed: 1_234,
  },
  { node: 'alice', run: 1, peer_id: 2, network: 'not_publicly_routable', connection_type: 'inbound', direction: 'inbound', relay_transactions: false, address_relay_enabled: false },
  { node: 'alice', run: 1, peer_id: 3, network: 'ipv4', connection_type: 'inbound', closed_unix_seconds: NOW },
];
const rows = peerRows(peers, undefined);
const cell = (id: string, row: number) => PEER_COLUMNS.find((column) => column.id === id)!.text(rows[row]!, NOW);

describe('columns of peers', () => {
  it.each([
    ['services', 'nwl2', '–'], ['txn', '1 m 00 s', '*'], ['hb', 'to+from', '–'], ['fee_filter', '1.00 sat/vB', '–'], ['asmap', 'AS64512', '–'],
    ['headers', '–', '–'], ['addrp', '1,234', '·'], ['relay', 'yes', 'no'],
  ])('%s', (id, first, second) => expect([cell(id, 0), cell(id, 1)]).toEqual([first, second]));

  it('have different names', () => {
    expect(new Set(PEER_COLUMNS.map(({ id }) => id)).size).toBe(PEER_COLUMNS.length);
    expect(new Set(PEER_COLUMNS.map(({ label }) => label)).size).toBe(PEER_COLUMNS.length);
  });
});

it.each([['as64512', [1]], ['p2p_v2', [1]], ['closed', [3]], ['in routable', [2]], ['nobody', []], [' ', [1, 2, 3]]])(
  'the filter %s finds peers %j', (filter, found) => expect(filteredRows(rows, filter).map(({ peer }) => peer.peer_id)).toEqual(found));

it('counts open peers by type and network', () => {
  expect(peerMix(peers)).toEqual({
    networks: ['ipv4', 'not routable'],
    types: [{ type: 'inbound', total: 1, byNetwork: [0, 1] }, { type: 'outbound-full-relay', total: 1, byNetwork: [1, 0] }],
    totals: [1, 1], total: 2,
  });
});

it.each([[0, 280, 1000, 0, 18], [2800, 280, 1000, 92, 118], [27_720, 280, 1000, 982, 1000], [99_999, 280, 5, 0, 5], [0, 280, 0, 0, 0]])(
  'at %d, %d px high, of %d rows those from %d to %d are in the page',
  (top, height, count, first, last) => expect(rowsInView(top, height, count)).toEqual({ first, last }));
