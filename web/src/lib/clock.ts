/** Times of day and dates, in UTC or in the browser's zone. */

export type Zone = 'utc' | 'local';

/** How far the zone is ahead of UTC at that moment, in minutes. */
function ahead(unixSeconds: number, zone: Zone): number {
  return zone === 'utc' ? 0 : -new Date(unixSeconds * 1000).getTimezoneOffset();
}

function shifted(unixSeconds: number, zone: Zone): string {
  const date = new Date(unixSeconds * 1000 + ahead(unixSeconds, zone) * 60_000);
  return Number.isNaN(date.getTime()) ? '0000-00-00T--:--:--.---Z' : date.toISOString();
}

/** `2026-09-21` */
export function dateText(unixSeconds: number, zone: Zone): string {
  return shifted(unixSeconds, zone).slice(0, 10);
}

/** `14:03:07` */
export function timeText(unixSeconds: number, zone: Zone): string {
  return shifted(unixSeconds, zone).slice(11, 19);
}

/** `14:03:07.123` */
export function timeWithMilliseconds(unixSeconds: number, zone: Zone): string {
  return shifted(unixSeconds, zone).slice(11, 23);
}

/** `UTC`, `UTC+02:00`: what to add to a time of that moment. */
export function offsetText(unixSeconds: number, zone: Zone): string {
  const minutes = ahead(unixSeconds, zone);
  if (minutes === 0) return 'UTC';
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const distance = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${two(distance / 60)}:${two(distance % 60)}`;
}
