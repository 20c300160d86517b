import type { LogAlarm, LogRow, LogTemplate } from './vitals';

/** The logs of several nodes together. */
export interface LogSummary {
  categories: { category: string; lines: number; bytes: number }[];
  templates: LogTemplate[];
  alarms: (LogAlarm & { node: string })[];
}

/** Sums what several nodes have; the most frequent first, of alarms the latest. */
export function logSummary(rows: readonly LogRow[]): LogSummary {
  const categories = summed(rows.flatMap((row) => row.categories), ({ category }) => category);
  const templates = summed(rows.flatMap((row) => row.templates), ({ template_id }) => template_id);
  const alarms = rows.flatMap(({ node, alarms }) => alarms.map((alarm) => ({ ...alarm, node })));
  // Numbers of the same length: their order as text is that of time.
  return { categories, templates, alarms: alarms.toSorted((a, b) => (a.time_ns < b.time_ns ? 1 : -1)) };
}

function summed<Row extends { lines: number; bytes: number }>(rows: readonly Row[], key: (row: Row) => string): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const sum = sums.get(key(row));
    sums.set(key(row), sum ? { ...sum, lines: sum.lines + row.lines, bytes: sum.bytes + row.bytes } : row);
  }
  return [...sums.values()].sort((a, b) => b.lines - a.lines);
}
