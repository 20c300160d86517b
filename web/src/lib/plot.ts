import uPlot from 'uplot';
import { clock } from './clock.svelte';
import { resolveColor, withAlpha } from './theme-colors';

export interface PlotSeries {
  name: string;
  /** Custom property of its colour. */
  color: string;
  values: (number | null)[];
}

export interface PlotSettings {
  element: HTMLElement;
  series: readonly PlotSeries[];
  stacked: boolean;
  /** How far back it reaches at most. */
  seconds: number;
  /** Mark each value: they are few. */
  points: boolean;
  format: (value: number) => string;
  /** Index of the sample under the pointer. */
  onhover: (index: number | undefined) => void;
}

/** A page that was just opened shows at least so much, and grows to the whole history. */
const SHORTEST_SECONDS = 60;

const AXIS_FONT = '11px system-ui, sans-serif';
/** Charts of one page show the same moment under the pointer. */
const CURSORS = uPlot.sync('dashboard');

/** Draws `series` over time; `plotData` makes the data that it takes. */
export function createPlot({ element, series, stacked, seconds, points, format, onhover }: PlotSettings): uPlot {
  const color = (property: string) => resolveColor(element, property);
  const grid = { stroke: color('--border'), width: 1 };
  const axis = { stroke: color('--muted'), font: AXIS_FONT, grid, ticks: { show: false } };
  return new uPlot(
    {
      ...plotSize(element),
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: CURSORS.key }, drag: { x: false, y: false }, y: false, points: { show: !stacked } },
      scales: {
        x: { time: true, range: (_plot, min, max) => [Math.max(max - seconds, Math.min(min, max - SHORTEST_SECONDS)), max] },
        y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 10] },
      },
      axes: [
        { ...axis, size: 26, space: 70, incrs: [15, 30, 60, 120, 300], values: (plot, times) => times.map((time) => (isEmpty(plot) ? '' : clock.time(time).slice(0, time % 60 ? 8 : 5))) },
        { ...axis, size: 66, space: 36, values: (plot, values) => values.map((value) => (isEmpty(plot) ? '' : withoutZeros(format(value)))) },
      ],
      series: [
        {},
        ...series.map(({ name, color: property }) => {
          const stroke = color(property);
          // No lines in a stack: that of a command without traffic would hide the one below it.
          return stacked
            ? { label: name, stroke, width: 0, fill: withAlpha(stroke, 0.8), points: { show: false } }
            : { label: name, stroke, width: 1.5, points: { show: points, size: 4, fill: stroke } };
        }),
      ],
      // Each series fills down to the one below it.
      ...(stacked && { bands: series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as uPlot.Band.Bounds })) }),
      hooks: { setCursor: [(plot) => onhover(plot.cursor.idx ?? undefined)] },
    },
    plotData([], series, stacked),
    element,
  );
}

function isEmpty(plot: uPlot): boolean {
  return plot.data[0].length === 0;
}

export function plotSize(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) };
}

/** `1.50 MB/s` as `1.5 MB/s`: the lines of a grid are at round values. */
function withoutZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
}

/** The columns that uPlot wants; in a stack each series stands on the sum of those before it. */
export function plotData(times: readonly number[], series: readonly PlotSeries[], stacked: boolean): uPlot.AlignedData {
  const below = times.map(() => 0);
  const columns = series.map(({ values }) =>
    !stacked ? values : values.map((value, index) => (value === null ? null : (below[index] = (below[index] ?? 0) + value))),
  );
  return [[...times], ...columns];
}
