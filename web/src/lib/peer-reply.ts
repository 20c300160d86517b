import type { PeerReply } from './types';

/** Where the server tells all of one peer. */
export function peerUrl(node: string, peer: number, run: number | undefined): string {
  return `/api/v1/peers/${encodeURIComponent(node)}/${peer}${run === undefined ? '' : `?run=${run}`}`;
}

/** The server is trusted to keep its contract, but one of another version may answer. */
export function peerReply(value: unknown): PeerReply {
  const { peer, details, lifecycle, commands } = (value ?? {}) as Partial<PeerReply>;
  if (!peer || !Array.isArray(commands)) throw new Error('the reply has an unknown form');
  return { peer, commands, details: details ?? { permissions: [], inflight_heights: [] }, lifecycle: lifecycle ?? [] };
}
