export type SortValue = string | number | undefined;

export interface SortOrder<Id extends string> {
  column: Id;
  descending: boolean;
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/**
 * A sorted copy. What is not known comes last in both directions; rows that compare equal
 * keep the order they came in, so that a live table does not shuffle without cause.
 */
export function sortedBy<Row>(rows: readonly Row[], value: (row: Row) => SortValue, descending: boolean): Row[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: value(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) {
        return Number(a.value === undefined) - Number(b.value === undefined);
      }
      return sign * compared(a.value, b.value);
    })
    .map(({ row }) => row);
}

function compared(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return COLLATOR.compare(String(a), String(b));
}

/** What a click on a column's head makes of the order: the other way round, or this column in its natural direction. */
export function nextOrder<Id extends string>(order: SortOrder<Id>, column: Id, descendingFirst: boolean): SortOrder<Id> {
  return { column, descending: order.column === column ? !order.descending : descendingFirst };
}
