import { isObject, type Json } from './feed-event';

/** Entries of a list or fields of an object; nothing where the value is neither. */
export function childrenOf(value: Json): { name: string; value: Json }[] | undefined {
  if (Array.isArray(value)) return value.map((entry: Json, place) => ({ name: String(place), value: entry }));
  if (isObject(value)) return Object.entries(value).map(([name, value]) => ({ name, value }));
  return undefined;
}

export function leafText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Is it something to look for elsewhere: a hash, a key, raw bytes, an address? */
export function isCopied(value: Json): boolean {
  return typeof value === 'string' && value.length >= 16;
}
