/** Height of a table's row and head in CSS pixels, as app.css has it. */
export const ROW = 28;
/** So many rows more than are in view, so that scrolling shows no holes. */
const MORE = 8;

/** Which rows of a long table have to be in the page: from `first` up to, but without, `last`. */
export function rowsInView(top: number, height: number, count: number): { first: number; last: number } {
  return {
    first: Math.max(0, Math.min(Math.floor(top / ROW), count) - MORE),
    last: Math.min(count, Math.ceil((top + height) / ROW) + MORE),
  };
}
