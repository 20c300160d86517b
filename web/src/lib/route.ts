/** Which view the address names. Everything behind `#` is ours: the server only knows `/`. */
export type Route =
  | { view: 'overview' }
  | { view: 'peers' }
  | { view: 'peer'; node: string; peer: number; run: number | undefined }
  | { view: 'node' }
  | { view: 'fleet' }
  | { view: 'events'; filters: URLSearchParams }
  | { view: 'log'; filters: URLSearchParams };

/** The route of a `location.hash`; what is not understood leads to the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [view, node, peer] = path.split('/').filter(Boolean).map(decoded);
  const parameters = new URLSearchParams(query);
  if (view === 'events' || view === 'log') return { view, filters: parameters };
  if (view === 'peers' && node !== undefined && peer !== undefined && isNumber(peer)) {
    const run = parameters.get('run');
    return { view: 'peer', node, peer: Number(peer), run: run !== null && isNumber(run) ? Number(run) : undefined };
  }
  return { view: view === 'peers' || view === 'node' || view === 'fleet' ? view : 'overview' };
}

/** Where one peer is shown. The run tells it from peers that had its id in other lives of the node. */
export function peerHref({ node, peer_id, run }: { node: string; peer_id: number; run?: number }): string {
  return `#/peers/${encodeURIComponent(node)}/${peer_id}${run === undefined ? '' : `?run=${run}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function isNumber(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
