import type { Direction } from './types';
import { secondsFromNs } from './time';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** An event, with what a list of events shows of it. */
export interface FeedEvent {
  /** Counts the events that this page has got, so that no two have the same. */
  key: number;
  /** Seconds since the epoch. */
  time: number;
  node: string;
  /** `p2p_message`, `connection_opened`, … */
  name: string;
  /** The message's command; empty for what is no message. */
  command: string;
  peer: number | undefined;
  run: number | undefined;
  direction: Direction | undefined;
  /** Size of the message's payload. */
  bytes: number | undefined;
  /** How much memory this is, about. */
  size: number;
  event: { readonly [name: string]: Json };
}

/** Reads the envelope of an event; what is missing or strange stays absent. `size` is that of its text. */
export function feedEvent(event: Json, key: number, size: number): FeedEvent | undefined {
  if (!isObject(event)) return undefined;
  const payloads = isObject(event['payload']) ? Object.entries(event['payload']) : [];
  const [name, value] = payloads[0] ?? ['unknown', {}];
  const payload = isObject(value) ? value : {};
  const { direction } = payload;
  return {
    key, name, size, event,
    time: timeOf(event['time_ns']),
    node: text(event['node']),
    run: number(event['run']),
    command: name === 'p2p_message' ? text(payload['command']) : '',
    peer: number(payload['peer_id']) ?? number(detailOf(payload)['peer_id']),
    direction: direction === 'inbound' || direction === 'outbound' ? direction : undefined,
    bytes: number(payload['payload_bytes']),
  };
}

/** What a line of the log says, where it says something that is known. */
function detailOf({ detail }: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  const said = isObject(detail) ? Object.values(detail)[0] : undefined;
  return isObject(said) ? said : {};
}

/** What of a payload stands in columns of its own, or is of no interest in one line. */
const NOT_IN_LINE = new Set(['peer_id', 'direction', 'command', 'payload_bytes', 'connection_type', 'address_cut', 'body', 'other_fields', 'reply_bytes']);
const LONGEST_VALUE = 60;
const LONGEST_LINE = 240;

/** The event in one line: `hash=00…1f height=203`, `35 items: 33 tx, 2 block`. Not escaped yet. */
export function lineOf({ event, name, command }: FeedEvent): string {
  const payload = isObject(event['payload']) ? event['payload'][name] : undefined;
  if (!isObject(payload)) return '';
  if (name === 'log_line') return logText(payload).slice(0, LONGEST_LINE);
  const parts: string[] = [];
  if (command !== '' || name === 'probe_announcement') {
    if (command === '') parts.push(text(payload['command']));
    // The body holds one object, under the command's name.
    const [kind, body] = isObject(payload['body']) ? (Object.entries(payload['body'])[0] ?? []) : [];
    if (kind === 'undecodable') parts.push('undecodable');
    if (isObject(body)) parts.push(...fieldsOf(body));
    if (payload['cut']) parts.push('(body cut)');
  } else {
    parts.push(...fieldsOf(payload));
  }
  return parts.join(' ').slice(0, LONGEST_LINE);
}

/** As it stands in the log, apart from what is in other columns: `[net:debug] received: inv`. */
function logText(payload: { readonly [name: string]: Json }): string {
  const [category, level] = [text(payload['category']), text(payload['level'])];
  const prefix = [category, ...(level === 'info' ? [] : [level])].filter(Boolean).join(':');
  return `${prefix ? `[${prefix}] ` : ''}${text(payload['message'])}`;
}

/** Plain values first: an object in an object is seldom what one looks for. */
function fieldsOf(object: { readonly [name: string]: Json }): string[] {
  const parts: string[] = [];
  const fields = Object.entries(object).sort(([, a], [, b]) => Number(isObject(a)) - Number(isObject(b)));
  for (const [name, value] of fields) {
    if (NOT_IN_LINE.has(name) || value === null) continue;
    if (isList(value)) {
      if (value.length > 0) parts.push(listText(name, value));
    } else if (isObject(value)) {
      const inner = fieldsOf(value).join(' ');
      if (inner) parts.push(`${name}{${inner.slice(0, LONGEST_VALUE)}}`);
    } else if (/(^|_)(duration|round_trip|handshake|cost)_ns$/.test(name)) {
      parts.push(`${name.slice(0, -3)}=${(Number(value) / 1e6).toFixed(2)}ms`);
    } else {
      parts.push(`${name}=${shortValue(value)}`);
    }
    if (parts.length > 12) break;
  }
  return parts;
}

/** How many, and of which types where the entries have one. */
function listText(name: string, list: readonly Json[]): string {
  const types = new Map<string, number>();
  for (const entry of list) {
    const type = isObject(entry) ? (entry['type'] ?? networkOf(entry)) : undefined;
    if (typeof type !== 'string') continue;
    types.set(type, (types.get(type) ?? 0) + 1);
  }
  const mix = [...types].slice(0, 4).map(([type, count]) => `${count} ${type.slice(0, 24)}`);
  const first = list[0];
  if (mix.length === 0 && list.length === 1 && first !== undefined && !isList(first) && !isObject(first)) return `${name}=${shortValue(first)}`;
  return mix.length > 0 ? `${name}: ${mix.join(', ')}` : `${list.length} ${name}`;
}

function networkOf({ address, network }: { readonly [name: string]: Json }): Json | undefined {
  return isObject(address) ? address['network'] : network;
}

function shortValue(value: Json): string {
  const text = String(value);
  if (/^[0-9a-f]{32,}$/.test(text)) return `${text.slice(0, 8)}…${text.slice(-8)}`;
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function number(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function timeOf(ns: Json | undefined): number {
  return typeof ns === 'string' && /^\d{1,20}$/.test(ns) ? secondsFromNs(ns) : 0;
}
