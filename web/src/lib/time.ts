/** Seconds since the epoch from a `_ns` string. Good to the microsecond, which is enough to show. */
export function secondsFromNs(ns: string): number {
  return Number(BigInt(ns) / 1_000n) / 1e6;
}

/** The exact difference of two `_ns` strings, in seconds. */
export function secondsBetweenNs(earlier: string, later: string): number {
  return Number(BigInt(later) - BigInt(earlier)) / 1e9;
}
