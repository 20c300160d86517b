import type { PeerReply } from './types';

/** At most so often, in milliseconds. */
const REFRESH_MS = 900;
const PATIENCE_MS = 5_000;

/** Asks the server for one peer, again and again. What it once said stays. */
export class PeerWatch {
  reply = $state.raw<PeerReply>();
  /** The server says that there is no such peer. */
  forgotten = $state(false);
  error = $state('');

  #url: string;
  #asking = false;
  #asked = -Infinity;

  constructor(node: string, peer: number, run: number | undefined) {
    this.#url = `/api/v1/peers/${encodeURIComponent(node)}/${peer}${run === undefined ? '' : `?run=${run}`}`;
  }

  async refresh(): Promise<void> {
    if (this.#asking || performance.now() - this.#asked < REFRESH_MS) return;
    this.#asking = true;
    this.#asked = performance.now();
    try {
      const reply = await fetch(this.#url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      this.forgotten = reply.status === 404;
      if (reply.ok) this.reply = peerReply(await reply.json());
      this.error = reply.ok || this.forgotten ? '' : `it answers ${reply.status}`;
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    } finally {
      this.#asking = false;
    }
  }
}

/** The server is trusted to keep its contract, but one of another version may answer. */
function peerReply(value: unknown): PeerReply {
  const { peer, details, lifecycle, commands } = (value ?? {}) as Partial<PeerReply>;
  if (!peer || !Array.isArray(commands)) throw new Error('the reply has an unknown form');
  return { peer, commands, details: details ?? { permissions: [], inflight_heights: [] }, lifecycle: lifecycle ?? [] };
}
