import { afterEach, describe, expect, it } from 'vitest';
import { dateText, offsetText, timeText, timeWithMilliseconds } from './clock';

const zone = process.env['TZ'];
afterEach(() => void (process.env['TZ'] = zone));

describe('clock', () => {
  it('tells the time in UTC', () => {
    expect([dateText(1_790_000_000, 'utc'), timeText(1_790_000_000, 'utc'), offsetText(1_790_000_000, 'utc')]).toEqual(['2026-09-21', '14:13:20', 'UTC']);
    expect(timeWithMilliseconds(1_790_000_000.25, 'utc')).toBe('14:13:20.250');
  });

  it.each([
    ['Asia/Kolkata', '2026-09-21 19:43:20 UTC+05:30'], ['America/St_Johns', '2026-09-21 11:43:20 UTC−02:30'],
    ['Pacific/Auckland', '2026-09-22 02:13:20 UTC+12:00'], ['UTC', '2026-09-21 14:13:20 UTC'],
  ])('tells the time in %s', (name, text) => {
    process.env['TZ'] = name;
    expect(`${dateText(1_790_000_000, 'local')} ${timeText(1_790_000_000, 'local')} ${offsetText(1_790_000_000, 'local')}`).toBe(text);
  });

  it('survives a time that cannot be', () => {
    expect(timeText(1e20, 'utc')).toBe('--:--:--');
  });
});
