import type { Json } from './feed-event';
import type { EventRequest } from './feed-filter';
import { parseFrame } from './frame';
import type { Frame, Snapshot } from './types';

/** How the page is connected to the server. Times are of `performance.now()`, in milliseconds. */
export type Connection =
  /** Trying for the first time, or again. `again` is set after an interruption. */
  | { state: 'connecting'; again: boolean }
  | { state: 'live' }
  /** Connected, but snapshots have stopped coming. */
  | { state: 'stalled'; since: number }
  /** Not connected; tries again at `retryAt`. `locked`: the server no longer takes this page's token. */
  | { state: 'interrupted'; retryAt: number; reason: string; locked?: boolean };

export interface StreamHandlers {
  snapshot(snapshot: Snapshot): void;
  connection(connection: Connection): void;
  /** Asks whether the server wants a token that this page does not have: a websocket does not tell why it was refused. */
  isLocked(): Promise<boolean>;
}

/** Who wants events besides snapshots. */
export interface EventHandlers {
  /** The server knows what is wanted; all that comes from here on is that. */
  asked(): void;
  /** Events of one frame, and how many characters it had. */
  events(events: readonly Json[], characters: number): void;
  leftOut(limit: number, filter: number): void;
  missed(count: number): void;
}

/** Snapshots come each second; after this long without one, what the page shows is old. */
const STALLED_AFTER_MS = 3_000;
/** And after this long the connection is taken for dead, even if TCP has not noticed. */
const DEAD_AFTER_MS = 10_000;
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 10_000];

/** The one websocket of the page: connects, notices silence, and comes back. */
export class Stream {
  #url: string;
  #handlers: StreamHandlers;
  #socket: WebSocket | undefined;
  #wanted: { request: EventRequest; handlers: EventHandlers } | undefined;
  #failures = 0;
  #interrupted = false;
  #locked = false;
  #requestId = 0;
  #confirmed = false;
  /** What the server, or the parser, said about the connection that is ending. */
  #reason = '';
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #deadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, handlers: StreamHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Connects, unless it is connected or connecting already. Cuts a back-off short. */
  connect(): void {
    if (this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#reason = '';
    this.#handlers.connection({ state: 'connecting', again: this.#interrupted });
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#ask(socket);
    socket.onmessage = (message) => {
      if (this.#socket === socket) this.#receive(message.data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost(this.#reason || 'connection lost');
    };
    this.#waitForSnapshot();
  }

  /** From now on these events too, over interruptions; the answer ends it. */
  watch(request: EventRequest, handlers: EventHandlers): () => void {
    const wanted = { request, handlers };
    this.#wanted = wanted;
    this.#askAgain();
    return () => {
      if (this.#wanted !== wanted) return;
      this.#wanted = undefined;
      this.#askAgain();
    };
  }

  #askAgain(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#ask(this.#socket);
  }

  #ask(socket: WebSocket): void {
    this.#confirmed = false;
    if (this.#wanted) this.#requestId += 1;
    socket.send(JSON.stringify({ snapshots: true, ...(this.#wanted && { id: this.#requestId, ...this.#wanted.request }) }));
  }

  /** Ends the connection for good. */
  close(): void {
    this.#forget();
    clearTimeout(this.#retryTimer);
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string') return;
    try {
      const frame = parseFrame(data);
      const { snapshot, error } = frame;
      if (error !== undefined) this.#reason = `the server says: ${error}`;
      this.#pass(frame, data.length);
      if (snapshot === undefined) return;
      this.#failures = 0;
      this.#interrupted = false;
      this.#locked = false;
      this.#waitForSnapshot();
      this.#handlers.connection({ state: 'live' });
      this.#handlers.snapshot(snapshot);
    } catch (error) {
      // Most likely the server is of another version than this page.
      this.#lost(`cannot read what the server sent (${String(error)}); reload the page`);
    }
  }

  #pass({ asked, events, missed, left_out: leftOut }: Frame, characters: number): void {
    const handlers = this.#wanted?.handlers;
    if (asked === this.#requestId) {
      this.#confirmed = true;
      handlers?.asked();
    }
    // Under way since an earlier request, which wanted something else.
    if (!this.#confirmed) return;
    if (events) handlers?.events(events, characters);
    if (missed !== undefined) handlers?.missed(missed);
    if (leftOut) handlers?.leftOut(leftOut.limit, leftOut.filter);
  }

  #waitForSnapshot(): void {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#deadTimer);
    const since = performance.now();
    this.#silenceTimer = setTimeout(() => {
      this.#interrupted = true;
      this.#handlers.connection({ state: 'stalled', since });
    }, STALLED_AFTER_MS);
    this.#deadTimer = setTimeout(() => this.#lost(this.#reason || 'no answer'), DEAD_AFTER_MS);
  }

  #lost(reason: string): void {
    this.#forget();
    this.#interrupted = true;
    const wait = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)]!;
    this.#failures += 1;
    const interrupted = { state: 'interrupted', retryAt: performance.now() + wait, reason, locked: this.#locked } as const;
    this.#handlers.connection(interrupted);
    clearTimeout(this.#retryTimer);
    const timer = setTimeout(() => this.connect(), wait);
    this.#retryTimer = timer;
    void this.#handlers.isLocked().then((locked) => {
      if (locked === this.#locked) return;
      this.#locked = locked;
      if (this.#retryTimer === timer && !this.#socket) this.#handlers.connection({ ...interrupted, locked });
    });
  }

  #forget(): void {
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#deadTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}

const PATIENCE_MS = 5_000;

/** Does the server answer that it wants a token? What else may be wrong does not matter here. */
export async function isLocked(): Promise<boolean> {
  try {
    const reply = await fetch('/readyz', { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) });
    return reply.status === 401;
  } catch {
    return false;
  }
}

/** The address of the stream on the server that this page came from. */
export function streamUrl(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/events`;
}
