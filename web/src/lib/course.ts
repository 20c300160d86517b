import { OTHERS } from './series';
import type { HistoryRow, Vitals } from './vitals';

/** How far back a node's charts reach, in seconds of bus time: as far as the server's history. */
export const COURSE_SECONDS = 600;

/** Values that come more often reach less far back. */
const MOST_VALUES = 900;

/** Several values at the same times; null where nothing is known. */
export interface Columns {
  /** Seconds since the epoch. */
  times: readonly number[];
  columns: ReadonlyMap<string, readonly (number | null)[]>;
}

/** What a node's charts show. */
export interface Course {
  /** One column, seconds. */
  pings: Columns;
  /** By thread, and `OTHERS`: cores that it kept busy. */
  cpu: Columns;
}

const PING = 'ping';

/** Nothing is known. */
export const NO_COURSE: Course = { pings: { times: [], columns: new Map() }, cpu: { times: [], columns: new Map() } };

export function courseOf({ pings, cpu }: HistoryRow): Course {
  return {
    pings: { times: pings.times_unix_seconds, columns: new Map([[PING, pings.round_trip_ns.map((ns) => ns / 1e9)]]) },
    cpu: {
      times: cpu.times_unix_seconds,
      columns: new Map([...cpu.threads.map(({ name, cores }) => [name, cores] as const), [OTHERS, cpu.others_cores]]),
    },
  };
}

/** The course with what a node says now, if that is news. */
export function extended(course: Course, { probe, process }: Vitals): Course {
  const { ping } = probe ?? {};
  const { cpu, time_unix_seconds: sampled } = process ?? {};
  const pings = ping ? appended(course.pings, ping.time_unix_seconds, new Map([[PING, ping.round_trip_ns / 1e9]])) : course.pings;
  const values = new Map([...(cpu?.threads ?? []).map(({ name, cores }) => [name, cores] as const), [OTHERS, cpu?.others_cores ?? 0]]);
  return { pings, cpu: cpu && sampled !== undefined ? appended(course.cpu, sampled, values) : course.cpu };
}

function appended({ times, columns }: Columns, time: number, values: ReadonlyMap<string, number>): Columns {
  if (time <= (times.at(-1) ?? -Infinity)) return { times, columns };
  const old = times.filter((known) => known < time - COURSE_SECONDS).length;
  const kept = Math.max(old, times.length + 1 - MOST_VALUES);
  const all = new Map<string, (number | null)[]>();
  for (const [name, column] of columns) {
    const next = [...column.slice(kept), values.get(name) ?? 0];
    // A thread that has ended, and of which nothing is left to draw.
    if (values.has(name) || next.some((value) => value !== 0)) all.set(name, next);
  }
  for (const [name, value] of values) {
    if (!all.has(name)) all.set(name, [...times.slice(kept).map(() => 0), value]);
  }
  return { times: [...times.slice(kept), time], columns: all };
}

/** A gap that is so many times longer than usual is a hole. */
const HOLE = 3;
const SHORTEST_HOLE_SECONDS = 3;

/** The same with nulls where nothing was measured, so that no line is drawn there. */
export function withHoles({ times, columns }: Columns): { times: number[]; columns: Map<string, (number | null)[]> } {
  const gaps = times.slice(1).map((time, place) => time - times[place]!);
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  const longest = Math.max(HOLE * usual, SHORTEST_HOLE_SECONDS);
  const filled: number[] = [];
  const all = new Map([...columns.keys()].map((name) => [name, [] as (number | null)[]]));
  for (const [place, time] of times.entries()) {
    const before = times[place - 1];
    if (before !== undefined && time - before > longest) {
      filled.push((before + time) / 2);
      for (const column of all.values()) column.push(null);
    }
    filled.push(time);
    for (const [name, column] of all) column.push(columns.get(name)?.[place] ?? null);
  }
  return { times: filled, columns: all };
}

/** The `top` busiest threads, then all others together. */
export function busiest({ times, columns }: Columns, top: number): Columns {
  const sum = (name: string) => (columns.get(name) ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const threads = [...columns.keys()].filter((name) => name !== OTHERS).map((name) => ({ name, sum: sum(name) }));
  threads.sort((a, b) => b.sum - a.sum || (a.name < b.name ? -1 : 1));
  const alone = threads.slice(0, top).filter(({ sum }) => sum > 0);
  const rest = [OTHERS, ...threads.slice(alone.length).map(({ name }) => name)];
  const others = times.map((_, place) => {
    const values = rest.map((name) => columns.get(name)?.[place]);
    return values.every((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  });
  const shown = new Map(alone.map(({ name }) => [name, columns.get(name)!]));
  if (others.some((value) => value !== null && value > 0)) shown.set(OTHERS, others);
  return { times, columns: shown };
}
