import { FeedBuffer } from './feed-buffer';
import { feedEvent, type FeedEvent, type Json } from './feed-event';

/** Events that came, and those that did not: per second, or since the feed began. */
export interface FeedCounts {
  shown: number;
  /** The server left them out because of the limit that the page has set. */
  limit: number;
  /** They are not what the filters want. */
  filter: number;
  /** Lost: the page or the way to it was too slow. */
  missed: number;
}

const NOTHING: FeedCounts = { shown: 0, limit: 0, filter: 0, missed: 0 };

/** The list is drawn anew at most so often: every 33 ms, 30 times a second. */
const DRAW_MS = 33;

/** A list that is shorter is drawn on although it is held: there is nothing to read yet. */
const FEW = 20;

/** The live events of one view. */
export class Feed {
  /** Newest first. Stands still while held. */
  shown = $state.raw<readonly FeedEvent[]>([]);
  total = $state.raw<FeedCounts>(NOTHING);
  /** In the last second. */
  perSecond = $state.raw<FeedCounts>(NOTHING);
  /** Does the server know what is wanted? */
  asked = $state(false);
  /** How many events came since the list was stopped. */
  waiting = $state(0);
  #held = $state(false);

  #buffer = new FeedBuffer();
  #counts = NOTHING;
  #second = { at: performance.now(), counts: NOTHING };
  #nextKey = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get held(): boolean {
    return this.#held;
  }

  /** Stops the list, or brings it up to date. Events come in all the same. */
  set held(held: boolean) {
    if (this.#held === held) return;
    this.#held = held;
    this.waiting = 0;
    if (!held) this.#draw();
  }

  /** Events of one frame, whose text has so many characters. */
  add(events: readonly Json[], characters: number): void {
    const size = characters / Math.max(1, events.length);
    const read = events.map((event) => feedEvent(event, this.#nextKey++, size)).filter((event) => event !== undefined);
    this.#buffer.add(read);
    this.#count({ shown: read.length });
    if (this.#held && this.shown.length >= FEW) this.waiting += read.length;
  }

  leftOut(limit: number, filter: number): void {
    this.#count({ limit, filter });
  }

  missed(count: number): void {
    this.#count({ missed: count });
  }

  /** Something else is wanted from now on. */
  begin(): void {
    this.asked = false;
    this.clear();
  }

  clear(): void {
    this.#buffer.clear();
    this.#counts = NOTHING;
    this.#second = { at: performance.now(), counts: NOTHING };
    this.perSecond = NOTHING;
    this.waiting = 0;
    this.shown = [];
    this.#draw();
  }

  /** Once a second: what the last one brought. */
  tick(): void {
    const now = performance.now();
    const seconds = (now - this.#second.at) / 1000;
    if (seconds < 0.5) return;
    const rate = (what: keyof FeedCounts) => (this.#counts[what] - this.#second.counts[what]) / seconds;
    this.perSecond = { shown: rate('shown'), limit: rate('limit'), filter: rate('filter'), missed: rate('missed') };
    this.#second = { at: now, counts: this.#counts };
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #count(more: Partial<FeedCounts>): void {
    const counts = { ...this.#counts };
    for (const [what, count] of Object.entries(more)) counts[what as keyof FeedCounts] += count;
    this.#counts = counts;
    this.#timer ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.total = this.#counts;
    if (!this.#held || this.shown.length < FEW) this.shown = this.#buffer.newest;
  }
}
