import type { FeedEvent } from './feed-event';

/** So many events are kept… */
export const MOST_EVENTS = 1_000;
/** …and not more text than this, in characters, however large the events are. */
export const MOST_CHARACTERS = 8_000_000;

/** The latest events, newest first; older ones are forgotten. */
export class FeedBuffer {
  #newest: FeedEvent[] = [];
  #characters = 0;

  /** Takes events in the order in which they happened. */
  add(events: readonly FeedEvent[]): void {
    for (const event of events) this.#characters += event.size;
    // Copied, not changed: what was given out before stays as it was.
    const all = [...events.toReversed(), ...this.#newest];
    while (all.length > MOST_EVENTS || (this.#characters > MOST_CHARACTERS && all.length > 1)) {
      this.#characters -= all.pop()!.size;
    }
    this.#newest = all;
  }

  get newest(): readonly FeedEvent[] {
    return this.#newest;
  }

  clear(): void {
    this.#newest = [];
    this.#characters = 0;
  }
}
