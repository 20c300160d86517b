import { describe, expect, it } from 'vitest';
import { escapeText, forDisplay, limitText } from './text';

describe('escapeText', () => {
  it.each([
    ['control characters', 'a\u0000\u001b[31m\u007f\u0085', 'a\\u{0}\\u{1b}[31m\\u{7f}\\u{85}'],
    ['line breaks and tabs', 'a\nb\rc\td\u2028', 'a\\u{a}b\\u{d}c\\u{9}d\\u{2028}'],
    ['bidi overrides and isolates', '\u202eevil\u2066\u200f', '\\u{202e}evil\\u{2066}\\u{200f}'],
    ['what has no width', 'a\u200b\ufeff\u00ad\u{e0041}\u3164', 'a\\u{200b}\\u{feff}\\u{ad}\\u{e0041}\\u{3164}'],
    ['stacked marks', 'Z\u0351\u036b', 'Z\\u{351}\\u{36b}'],
    ['spaces that are not spaces', 'a\u00a0b\u3000c d', 'a\\u{a0}b\\u{3000}c d'],
    ['lone surrogates', '\ud800x\udc00', '\\u{d800}x\\u{dc00}'],
    ['imitated escapes', '\\u{202e}', '\\\\u{202e}'],
  ])('makes %s visible', (_what, text, shown) => expect(escapeText(text)).toBe(shown));

  it('leaves what is plain as it is, markup included: it is text', () => {
    for (const text of ['/Satoshi:31.0.0/', '<script>alert(1)</script>', 'שלום 你好 🟠']) expect(escapeText(text)).toBe(text);
  });
});

describe('limitText', () => {
  it('counts characters as one sees them, and marks the cut', () => {
    expect(limitText('🟠'.repeat(10), 10)).toBe('🟠'.repeat(10));
    expect(limitText('🟠'.repeat(11), 10)).toBe('🟠'.repeat(9) + '…');
    expect(limitText('\u202e'.repeat(256), 12)).toBe('\\u{202e}\\u{…');
  });

  it('keeps the whole of a user agent for the title', () => {
    const { shown, title } = forDisplay('A'.repeat(256), 40);
    expect([shown.length, title.length]).toEqual([40, 256]);
  });
});
