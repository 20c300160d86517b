import { describe, expect, it } from 'vitest';
import { busiest, COURSE_SECONDS, courseOf, extended, withHoles, type Columns } from './course';
import { OTHERS } from './series';
import type { Vitals } from './vitals';

const history = (times: number[], pings: number[] = []) => courseOf({
  node: 'alice',
  pings: { times_unix_seconds: pings, round_trip_ns: pings.map(() => 2_000_000) },
  cpu: { times_unix_seconds: times, threads: [{ name: 'b-net', cores: times.map(() => 0.5) }], others_cores: times.map(() => 0.1) },
});
const now = (time: number, threads: [string, number][], ping?: number): Vitals => ({
  node: 'alice',
  process: { time_unix_seconds: time, pid: 1, thread_count: 1, cpu: { cores: 1, threads: threads.map(([name, cores]) => ({ name, cores, count: 1 })), others_cores: 0 } },
  ...(ping !== undefined && { probe: { announcements: [], ping: { time_unix_seconds: ping, round_trip_ns: 5_000_000 } } }),
});
const values = ({ columns }: Columns, name: string) => columns.get(name);

describe('a course', () => {
  it('goes on where the server\'s history ends, with each value once', () => {
    let course = history([1, 2], [1]);
    course = extended(course, now(2, [['b-net', 0.9]], 1));
    expect(values(course.cpu, 'b-net')).toEqual([0.5, 0.5]);
    course = extended(course, now(3, [['b-net', 0.9], ['b-msghand', 0.2]], 3));
    expect(course.cpu.times).toEqual([1, 2, 3]);
    expect(values(course.cpu, 'b-net')).toEqual([0.5, 0.5, 0.9]);
    expect(values(course.cpu, 'b-msghand'), 'a thread that is new').toEqual([0, 0, 0.2]);
    course = extended(course, now(4, [['b-net', 0.3]]));
    expect(values(course.cpu, 'b-msghand'), 'one that does nothing').toEqual([0, 0, 0.2, 0]);
    expect(values(course.cpu, OTHERS)).toEqual([0.1, 0.1, 0, 0]);
    expect(course.pings.times).toEqual([1, 3]);
    expect([...course.pings.columns.values()]).toEqual([[0.002, 0.005]]);
  });

  it('forgets what is too long ago, threads too', () => {
    let course = extended(history([]), now(10, [['ended', 0.5]]));
    for (let time = 11; time < 11 + COURSE_SECONDS; time += 1) course = extended(course, now(time, [['b-net', 0.1]]));
    expect(course.cpu.times[0]).toBe(10);
    expect(values(course.cpu, 'ended')?.[0]).toBe(0.5);
    course = extended(course, now(11 + COURSE_SECONDS, [['b-net', 0.1]]));
    expect(course.cpu.times[0]).toBe(11);
    expect(values(course.cpu, 'ended')).toBeUndefined();
    course = extended(course, now(1_000_000, [['b-net', 0.1]]));
    expect(course.cpu.times).toEqual([1_000_000]);
  });

  it('stays as it is while nothing is known', () => {
    const course = history([1]);
    expect(extended(course, { node: 'alice' })).toEqual(course);
  });
});

describe('withHoles', () => {
  it('draws no line over a time in which nothing was measured', () => {
    const { times, columns } = withHoles({ times: [0, 10, 20, 100, 110], columns: new Map([['ping', [1, 2, 3, 4, 5]]]) });
    expect(times).toEqual([0, 10, 20, 60, 100, 110]);
    expect(columns.get('ping')).toEqual([1, 2, 3, null, 4, 5]);
  });

  it.each([[[]], [[5]], [[1, 2.5, 4]]])('leaves %j as it is', (times) => {
    expect(withHoles({ times, columns: new Map([['ping', times]]) }).times).toEqual(times);
  });
});

describe('busiest', () => {
  const columns = new Map([['a', [1, 0]], ['b', [0, 5]], ['c', [2, 0]], ['idle', [0, 0]], [OTHERS, [0.5, 0]]]);

  it('shows some threads alone and sums the rest', () => {
    const { columns: shown } = busiest({ times: [1, 2], columns }, 2);
    expect([...shown]).toEqual([['b', [0, 5]], ['c', [2, 0]], [OTHERS, [1.5, 0]]]);
  });

  it('leaves out what never did anything', () => {
    expect([...busiest({ times: [1, 2], columns: new Map([['a', [1, 0]], ['idle', [0, 0]], [OTHERS, [0, 0]]]) }, 7).columns.keys()]).toEqual(['a']);
  });
});
