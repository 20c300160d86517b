/** Numbers with units, SI prefixes, and a dash for what is not known. */

export const ABSENT = '–';

const COUNT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** A whole number with separators: `1,234,567`. */
export function count(value: number | undefined): string {
  return known(value) ? COUNT.format(value) : ABSENT;
}

/** Three significant digits and an SI prefix. */
function scaled(value: number): { digits: string; prefix: string } {
  let index = 0;
  let rest = value;
  // 999.5 would be written as 1000.
  while (rest >= 999.5 && index < PREFIXES.length - 1) {
    rest /= 1000;
    index += 1;
  }
  return { digits: threeDigits(rest), prefix: PREFIXES[index]! };
}

function threeDigits(value: number): string {
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

/** Bytes: `999 B`, `12.3 kB`. */
export function bytes(value: number | undefined): string {
  if (!known(value)) return ABSENT;
  const { digits, prefix } = scaled(Math.round(value));
  return prefix ? `${digits} ${prefix}B` : `${Math.round(value)} B`;
}

/** Bytes per second: `12.3 kB/s`. */
export function byteRate(value: number | undefined): string {
  return known(value) ? `${bytes(value)}/s` : ABSENT;
}

/** Something per second, without the `/s`: `0`, `0.25`, `12.0`, `1.23 k`. */
export function rate(value: number | undefined): string {
  if (!known(value)) return ABSENT;
  // Two decimals are shown; what rounds to nothing is written as nothing.
  if (value < 0.005) return '0';
  const { digits, prefix } = scaled(value);
  return prefix ? `${digits} ${prefix}` : digits;
}

/** A ping time: `40 µs`, `0.4 ms`, `123 ms`, `2.10 s`. */
export function milliseconds(seconds: number | undefined): string {
  if (!known(seconds)) return ABSENT;
  const ms = seconds * 1000;
  if (ms < 0.0995) return `${Math.round(ms * 1000)} µs`;
  if (ms >= 999.5) return `${threeDigits(seconds)} s`;
  return `${ms.toFixed(ms >= 9.95 ? 0 : 1)} ms`;
}

/** How long, in its two largest units: `7 s`, `12 m 03 s`, `3 h 07 m`, `2 d 04 h`. */
export function duration(seconds: number | undefined): string {
  if (!known(seconds)) return ABSENT;
  // Clocks of two hosts may disagree a little; nothing is younger than now.
  const s = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.floor(s / 60)} m ${two(s % 60)} s`;
  if (s < 86_400) return `${Math.floor(s / 3_600)} h ${two(Math.floor((s % 3_600) / 60))} m`;
  return `${Math.floor(s / 86_400)} d ${two(Math.floor((s % 86_400) / 3_600))} h`;
}

/** A feerate as wallets show it, from the node's BTC/kvB: `1.00 sat/vB`. */
export function feerate(btcPerKvb: number | undefined): string {
  if (!known(btcPerKvb)) return ABSENT;
  const satPerVbyte = btcPerKvb * 1e5;
  return `${satPerVbyte >= 99.95 ? COUNT.format(satPerVbyte) : satPerVbyte.toFixed(2)} sat/vB`;
}

/** Virtual bytes: `12.3 kvB`. */
export function vbytes(value: number | undefined): string {
  return known(value) ? bytes(value).replace('B', 'vB') : ABSENT;
}

/** A share of 1: `99.97 %`. */
export function percent(share: number | undefined): string {
  return known(share) ? `${(Math.floor(share * 10_000) / 100).toFixed(share < 1 ? 2 : 0)} %` : ABSENT;
}

function known(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
