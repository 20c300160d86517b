/**
 * What a peer sends as text can hold anything. Svelte keeps it from becoming markup; this keeps
 * it from lying to the eye: what is invisible, reorders, or stacks on its neighbours is written
 * out as `\u{…}`.
 */

// \p{C}: control, format (bidi overrides, zero width, tags), lone surrogates, private use, unassigned.
// \p{M}: marks that combine with the characters around them. \p{Zl}, \p{Zp}, \p{Zs}: separators other than a plain space.
// Then the letters that have no ink, and the backslash, so that an escape cannot be imitated.
const NOT_PLAIN = /[\p{C}\p{M}\p{Zl}\p{Zp}\u{115f}\u{1160}\u{2800}\u{3164}\u{ffa0}\\]|(?! )\p{Zs}/gu;

/** No field of the protocol that is shown as text is longer; a title must not become a page. */
const MAX_TITLE = 1_000;

/** The text with everything that is not plainly visible escaped. */
export function escapeText(text: string): string {
  return text.replace(NOT_PLAIN, (character) =>
    character === '\\' ? '\\\\' : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** The escaped text, cut to `limit` characters with an ellipsis in place of the rest. */
export function limitText(text: string, limit: number): string {
  // An escape only makes text longer, so no more than `limit` characters of the original are needed.
  // A cut through a surrogate pair falls behind the limit, hence the + 2.
  const escaped = Array.from(escapeText(text.slice(0, 2 * limit + 2)));
  return escaped.length > limit ? escaped.slice(0, limit - 1).join('') + '…' : escaped.join('');
}

/** The text for a cell, and the whole of it for its title. */
export function forDisplay(text: string, limit: number): { shown: string; title: string } {
  return { shown: limitText(text, limit), title: limitText(text, MAX_TITLE) };
}
