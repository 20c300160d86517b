/** At most so often, in milliseconds. */
const USUAL_PAUSE_MS = 900;
const PATIENCE_MS = 5_000;

/** Asks the server for one thing, again and again. What it once said stays. */
export class ReplyWatch<Reply> {
  reply = $state.raw<Reply>();
  /** The server says that there is no such thing. */
  missing = $state(false);
  error = $state('');

  #url: string;
  #read: (value: unknown) => Reply;
  #pauseMs: number;
  #asking = false;
  #asked = -Infinity;

  /** `read` checks the JSON that came, and throws where it is not as it should be. */
  constructor(url: string, read: (value: unknown) => Reply, pauseMs = USUAL_PAUSE_MS) {
    this.#url = url;
    this.#read = read;
    this.#pauseMs = pauseMs;
  }

  async refresh(): Promise<void> {
    if (this.#asking || performance.now() - this.#asked < this.#pauseMs) return;
    this.#asking = true;
    this.#asked = performance.now();
    try {
      const reply = await fetch(this.#url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      this.missing = reply.status === 404;
      if (reply.ok) this.reply = this.#read(await reply.json());
      this.error = reply.ok || this.missing ? '' : `it answers ${reply.status}`;
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    } finally {
      this.#asking = false;
    }
  }
}
