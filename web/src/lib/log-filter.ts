import { RATES, type EventRequest } from './feed-filter';

/** Levels from the least to the most urgent. */
export const LEVELS = ['trace', 'debug', 'info', 'warning', 'error'] as const;
export type Level = (typeof LEVELS)[number];

const USUAL_RATE = 100;
const LONGEST_TEXT_BYTES = 256;

/** What the reader of the log wants. */
export interface LogFilter {
  text: string;
  /** Absent: all. Empty: lines without a category. */
  category: string | undefined;
  /** This level or a more urgent one. */
  level: Level;
  /** Number of a template; absent: all. */
  template: string | undefined;
  /** Lines per second, at most. */
  rate: number;
}

export function logFilterFrom(parameters: URLSearchParams): LogFilter {
  const level = parameters.get('level');
  const rate = Number(parameters.get('rate'));
  const template = parameters.get('template');
  return {
    text: parameters.get('text') ?? '',
    category: parameters.get('category') ?? undefined,
    level: LEVELS.find((known) => known === level) ?? 'trace',
    template: template !== null && /^\d{1,20}$/.test(template) ? template : undefined,
    rate: RATES.find((known) => known === rate) ?? USUAL_RATE,
  };
}

/** Are only some lines wanted? What is joined from several lines is none of them then. */
export function isNarrow({ category, level, template }: LogFilter): boolean {
  return category !== undefined || level !== 'trace' || template !== undefined;
}

/** The address of this filter: `#/log?category=net`, without what is usual. */
export function logFilterHref({ text, category, level, template, rate }: LogFilter): string {
  const parameters = new URLSearchParams();
  if (text) parameters.set('text', text);
  if (category !== undefined) parameters.set('category', category);
  if (level !== 'trace') parameters.set('level', level);
  if (template !== undefined) parameters.set('template', template);
  if (rate !== USUAL_RATE) parameters.set('rate', String(rate));
  return `#/log${parameters.size > 0 ? `?${parameters}` : ''}`;
}

/** The request, or what is wrong with what was typed. `node` is the chosen one, `''` all. */
export function logRequest({ text, category, level, template, rate }: LogFilter, node: string): EventRequest | { error: string } {
  if (new TextEncoder().encode(text).length > LONGEST_TEXT_BYTES) return { error: 'The text is too long.' };
  return {
    events: { kinds: ['log'], ...(node !== '' && { nodes: [node] }) },
    log: {
      ...(category !== undefined && { categories: [category] }),
      // Lines of levels that this version does not know come with everything else.
      ...(level !== 'trace' && { level }),
      ...(template !== undefined && { templates: [template] }),
    },
    ...(text !== '' && { text }),
    max_per_second: rate,
  };
}
