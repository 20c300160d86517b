/** Service bits (protocol.h), with the letter that `bitcoin-cli -netinfo` gives them. */
const SERVICES: readonly { bit: bigint; name: string; letter: string }[] = [
  { bit: 0n, name: 'NETWORK', letter: 'n' },
  { bit: 2n, name: 'BLOOM', letter: 'b' },
  { bit: 3n, name: 'WITNESS', letter: 'w' },
  { bit: 6n, name: 'COMPACT_FILTERS', letter: 'c' },
  { bit: 10n, name: 'NETWORK_LIMITED', letter: 'l' },
  { bit: 11n, name: 'P2P_V2', letter: '2' },
];

/** The names of the bits that are set; bits without a name by their number. */
export function serviceNames(services: string): string[] {
  return bits(services).map((bit) => SERVICES.find((known) => known.bit === bit)?.name ?? `bit ${bit}`);
}

/** `nwl2`, with a `u` for what has no letter, as -netinfo has it. */
export function serviceLetters(services: string): string {
  const set = bits(services);
  const letters = SERVICES.filter(({ bit }) => set.includes(bit)).map(({ letter }) => letter).join('');
  return set.length > letters.length ? `${letters}u` : letters;
}

function bits(services: string): bigint[] {
  if (!/^\d{1,20}$/.test(services)) return [];
  const value = BigInt.asUintN(64, BigInt(services));
  return Array.from({ length: 64 }, (_, bit) => BigInt(bit)).filter((bit) => (value >> bit) & 1n);
}
