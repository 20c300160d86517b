import { describe, expect, it } from 'vitest';
import { feedEvent, lineOf, type Json } from './feed-event';
import { isNarrow, logFilterFrom, logFilterHref, logRequest } from './log-filter';
import { inOneLine, isLogLine, logLineOf } from './log-line';
import { logSummary } from './log-summary';
import type { LogAlarm, LogTemplate } from './vitals';

const line = (fields: Json & object): Json => ({ node: 'alice', time_ns: '1790000000250000000', payload: { log_line: { level: 'debug', category: 'net', message: 'received: inv', template_id: '7', ...fields } } });
const read = (event: Json) => feedEvent(event, 1, 1)!;

describe('a line of the log', () => {
  it('is found in its event', () => {
    expect(logLineOf(read(line({ cut: true })))).toEqual({ level: 'debug', category: 'net', message: 'received: inv', thread: '', template: '7', cut: true });
    expect(logLineOf(read({ payload: { block_reconstruction: {} } }))).toBeUndefined();
    expect(logLineOf(read({ payload: { log_line: null } }))).toBeUndefined();
    expect(logLineOf(read(line({ message: 3, level: {}, template_id: 7 })))).toMatchObject({ message: '', level: '', template: undefined });
    expect([line({}), { payload: { block_reconstruction: {} } }, null, 3].map(isLogLine)).toEqual([true, false, false, false]);
  });

  it('stands among other events as in the log', () => {
    expect(lineOf(read(line({})))).toBe('[net:debug] received: inv');
    expect(lineOf(read(line({ category: '', level: 'info' })))).toBe('received: inv');
    expect(read(line({ detail: { peer_misbehaving: { peer_id: 3, reason: 'x' } } })).peer).toBe(3);
  });

  it('is one line, with everything that hides in it written out', () => {
    expect(inOneLine('a\n  b\u202e\u0007', 100)).toBe('a ⏎   b\\u{202e}\\u{7}');
    expect(inOneLine('x'.repeat(10_000), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(inOneLine('\u202e'.repeat(10_000), 20).length).toBe(20);
  });
});

describe('the log\'s filter', () => {
  it('stands in the address, apart from what is usual', () => {
    const usual = logFilterFrom(new URLSearchParams());
    expect(logFilterHref(usual)).toBe('#/log');
    expect(isNarrow(usual)).toBe(false);
    const filter = { text: 'peer=3 a&b', category: '', level: 'warning' as const, template: '18446744073709551615', rate: 500 };
    expect(logFilterFrom(new URLSearchParams(logFilterHref(filter).split('?')[1]))).toEqual(filter);
    expect(isNarrow(filter)).toBe(true);
    expect(logFilterFrom(new URLSearchParams('level=loud&template=x&rate=7'))).toEqual(usual);
  });

  it('becomes a request', () => {
    const usual = logFilterFrom(new URLSearchParams());
    expect(logRequest(usual, '')).toEqual({ events: { kinds: ['log'] }, log: {}, max_per_second: 100 });
    expect(logRequest({ ...usual, text: 'x', category: '', level: 'warning', template: '7' }, 'alice')).toEqual({
      events: { kinds: ['log'], nodes: ['alice'] }, log: { categories: [''], level: 'warning', templates: ['7'] }, text: 'x', max_per_second: 100,
    });
    expect(logRequest({ ...usual, text: 'ä'.repeat(129) }, '')).toHaveProperty('error');
  });
});

describe('logSummary', () => {
  const template = (template_id: string, lines: number): LogTemplate => ({ template_id, lines, bytes: 10 * lines, origin: 'mined', category: 'net', level: 'info', locations: [], last_ns: '1' });
  const alarm = (time_ns: string): LogAlarm => ({ time_ns, level: 'warning', category: '', message: 'x' });

  it('puts several nodes together', () => {
    const { categories, templates, alarms } = logSummary([
      { node: 'alice', categories: [{ category: 'net', lines: 5, bytes: 50 }, { category: '', lines: 4, bytes: 40 }], templates: [template('1', 5), template('2', 4)], alarms: [alarm('30'), alarm('10')] },
      { node: 'bob', categories: [{ category: '', lines: 3, bytes: 30 }], templates: [template('2', 3)], alarms: [alarm('20')] },
    ]);
    expect(categories).toEqual([{ category: '', lines: 7, bytes: 70 }, { category: 'net', lines: 5, bytes: 50 }]);
    expect(templates.map(({ template_id, lines }) => [template_id, lines])).toEqual([['2', 7], ['1', 5]]);
    expect(alarms.map(({ node, time_ns }) => [node, time_ns])).toEqual([['alice', '30'], ['bob', '20'], ['alice', '10']]);
  });
});
