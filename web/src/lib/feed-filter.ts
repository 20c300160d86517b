import type { Directions } from './commands';

/** Kinds of events that one can ask for, in the order in which they are offered. */
export const KINDS = ['p2p_message', 'connection', 'mempool', 'validation', 'chain', 'probe', 'rpc', 'notice', 'log', 'process', 'utxocache', 'heartbeat'] as const;
export type Kind = (typeof KINDS)[number];

/** What a newcomer wants to see: not the cache's and the log's thousands, not what comes each second. */
export const USUAL_KINDS: readonly Kind[] = ['p2p_message', 'connection', 'mempool', 'validation', 'chain', 'probe', 'rpc', 'notice'];

export const RATES = [10, 50, 100, 500] as const;
const USUAL_RATE = 50;

/** What the user of the feed wants. */
export interface FeedFilter {
  kinds: readonly Kind[];
  /** As typed: words between commas or spaces. */
  commands: string;
  peers: string;
  directions: Directions;
  text: string;
  /** Events per second, at most. */
  rate: number;
}

export function filterFrom(parameters: URLSearchParams): FeedFilter {
  const kinds = parameters.get('kinds')?.split(' ');
  const directions = parameters.get('direction');
  const rate = Number(parameters.get('rate'));
  return {
    kinds: kinds ? KINDS.filter((kind) => kinds.includes(kind)) : USUAL_KINDS,
    commands: parameters.get('commands') ?? '',
    peers: parameters.get('peers') ?? '',
    directions: directions === 'inbound' || directions === 'outbound' ? directions : 'both',
    text: parameters.get('text') ?? '',
    rate: RATES.find((known) => known === rate) ?? USUAL_RATE,
  };
}

/** The address of these filters: `#/events?commands=inv`, without what is usual. */
export function filterHref({ kinds, commands, peers, directions, text, rate }: FeedFilter): string {
  const parameters = new URLSearchParams();
  if (kinds.join() !== USUAL_KINDS.join()) parameters.set('kinds', kinds.join(' '));
  if (commands.trim()) parameters.set('commands', commands.trim());
  if (peers.trim()) parameters.set('peers', peers.trim());
  if (directions !== 'both') parameters.set('direction', directions);
  if (text) parameters.set('text', text);
  if (rate !== USUAL_RATE) parameters.set('rate', String(rate));
  return `#/events${parameters.size > 0 ? `?${parameters}` : ''}`;
}

/** The part of a websocket request that asks for events. */
export interface EventRequest {
  events: { nodes?: string[]; kinds?: readonly string[]; peers?: number[]; commands?: string[]; directions?: string[] };
  /** Which lines of the log of these. */
  log?: { categories?: string[]; level?: string; templates?: string[] };
  text?: string;
  max_per_second: number;
}

/** Fewer words than fit into the longest request that the server takes. */
const MOST_WORDS = 50;
const LONGEST_TEXT_BYTES = 256;

/** The request, or what is wrong with what was typed. `node` is the chosen one, `''` all. */
export function eventRequest(filter: FeedFilter, node: string): EventRequest | { error: string } {
  const { kinds, directions, text, rate } = filter;
  const commands = words(filter.commands);
  const peers = words(filter.peers);
  if (peers.some((peer) => !/^\d{1,15}$/.test(peer))) return { error: 'Peers are numbers, as in the table of peers.' };
  if (commands.length > MOST_WORDS || peers.length > MOST_WORDS) return { error: `At most ${MOST_WORDS} commands and peers.` };
  if (commands.some((command) => command.length > 12)) return { error: 'No command is longer than 12 characters.' };
  if (new TextEncoder().encode(text).length > LONGEST_TEXT_BYTES) return { error: 'The text is too long.' };
  return {
    events: {
      kinds,
      ...(node !== '' && { nodes: [node] }),
      ...(peers.length > 0 && { peers: peers.map(Number) }),
      ...(commands.length > 0 && { commands }),
      ...(directions !== 'both' && { directions: [directions] }),
    },
    ...(text !== '' && { text }),
    max_per_second: rate,
  };
}

function words(typed: string): string[] {
  return typed.split(/[\s,]+/).filter(Boolean);
}
