import { dateText, offsetText, timeText, type Zone } from './clock';
import { store, stored } from './stored';

const KEY = 'zone';

/** Whether times are shown in UTC or in the browser's zone. */
class Clock {
  #zone = $state<Zone>(stored(KEY) === 'local' ? 'local' : 'utc');

  get zone(): Zone {
    return this.#zone;
  }

  set zone(zone: Zone) {
    this.#zone = zone;
    store(KEY, zone === 'local' ? zone : undefined);
  }

  /** `14:03:07` */
  time(unixSeconds: number): string {
    return timeText(unixSeconds, this.#zone);
  }

  /** `14:03:07 UTC` */
  full(unixSeconds: number): string {
    return `${this.time(unixSeconds)} ${offsetText(unixSeconds, this.#zone)}`;
  }

  /** `2026-09-21 14:03:07 UTC` */
  moment(unixSeconds: number): string {
    return `${dateText(unixSeconds, this.#zone)} ${this.full(unixSeconds)}`;
  }

  date(unixSeconds: number): string {
    return dateText(unixSeconds, this.#zone);
  }

  /** `UTC`, `UTC+02:00` */
  offset(unixSeconds: number): string {
    return offsetText(unixSeconds, this.#zone);
  }
}

export const clock = new Clock();
