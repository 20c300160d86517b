import { isObject, type FeedEvent, type Json } from './feed-event';
import { escapeText } from './text';

/** What a list of log lines shows of one. */
export interface LogLine {
  level: string;
  category: string;
  message: string;
  thread: string;
  template: string | undefined;
  cut: boolean;
}

/** Is the event a line, and not what several lines say together? */
export function isLogLine(event: Json): boolean {
  return isObject(event) && isObject(event['payload']) && 'log_line' in event['payload'];
}

/** The line in an event; nothing where the event is no line. */
export function logLineOf({ name, event }: FeedEvent): LogLine | undefined {
  const payload = isObject(event['payload']) ? event['payload']['log_line'] : undefined;
  if (name !== 'log_line' || !isObject(payload)) return undefined;
  const text = (field: string) => (typeof payload[field] === 'string' ? payload[field] : '');
  return {
    level: text('level'), category: text('category'), message: text('message'), thread: text('thread'),
    template: text('template_id') || undefined, cut: payload['cut'] === true,
  };
}

/** Several lines as one: `a ⏎ b`. What hides in them is written out. */
export function inOneLine(message: string, limit: number): string {
  const escaped = message.slice(0, 2 * limit).split('\n').map(escapeText).join(' ⏎ ');
  const characters = Array.from(escaped);
  return characters.length > limit ? `${characters.slice(0, limit - 1).join('')}…` : escaped;
}
