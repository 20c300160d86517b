import { describe, expect, it } from 'vitest';
import { byteRate, bytes, count, duration, feerate, milliseconds, percent, rate, vbytes } from './format';
import { secondsBetweenNs } from './time';

describe('format', () => {
  it.each([
    [0, '0 B'], [999, '999 B'], [1000, '1.00 kB'], [9_999, '10.0 kB'], [99_960, '100 kB'], [999_499, '999 kB'],
    [999_500, '1.00 MB'], [1_500_000_000, '1.50 GB'],
  ])('writes %d bytes as %s', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [0, '0'], [0.001, '0'], [0.25, '0.25'], [11.996, '12.0'], [999.4, '999'], [12_345, '12.3 k'],
  ])('writes a rate of %d as %s', (value, text) => expect(rate(value)).toBe(text));

  it.each([
    [-3, '0 s'], [59.9, '59 s'], [723, '12 m 03 s'], [11_220, '3 h 07 m'], [187_200, '2 d 04 h'],
  ])('writes %d seconds as %s', (value, text) => expect(duration(value)).toBe(text));

  it.each([
    [0, '0 µs'], [0.0000404, '40 µs'], [0.0000996, '0.1 ms'], [0.0004, '0.4 ms'], [0.1234, '123 ms'], [0.9996, '1.00 s'], [123, '123 s'],
  ])('writes a ping of %d s as %s', (value, text) => expect(milliseconds(value)).toBe(text));

  it('shows a dash for what is not known', () => {
    expect([count, bytes, byteRate, rate, duration, milliseconds].map((format) => format(undefined))).toEqual(Array(6).fill('–'));
    expect(rate(NaN)).toBe('–');
  });

  it('separates thousands, and has units for fees and virtual sizes', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect([feerate(0.00001), feerate(0.05), vbytes(1500), vbytes(12)]).toEqual(['1.00 sat/vB', '5,000 sat/vB', '1.50 kvB', '12 vB']);
  });

  it('never rounds up to all', () => {
    expect([percent(0.999999), percent(1), percent(0)]).toEqual(['99.99 %', '100 %', '0.00 %']);
  });

  it('subtracts nanoseconds that a number cannot hold', () => {
    expect(secondsBetweenNs('1790000000000000001', '1790000000000000002')).toBe(1e-9);
  });
});
