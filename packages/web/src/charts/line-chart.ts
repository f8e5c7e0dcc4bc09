import { scaleLinear, scalePoint } from 'd3-scale';
import { line, type SymbolType, symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape';
import type { Markup } from '../markup.ts';
import { safeMarkup } from '../markup.ts';
import { readableNumber } from '../wording.ts';
import {
  type ChartModel,
  type ChartSpec,
  checkSpec,
  descriptionOf,
  type Figure,
  greatestOf,
  isWithheld,
  tableOf,
} from './chart.ts';
import { drawing, element, textAt, textWidth } from './drawing.ts';

// A shape as well as a colour for each line: colour alone says nothing to many readers.
const shapes: readonly SymbolType[] = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond];

/**
 * Values over time as lines: gaps where there is no number, the symbol of a withheld one on the axis. Drawn twice, for a wide and a
 * narrow screen, with text of 16px in both; the table holds the same numbers. Throws for a spec that cannot be drawn honestly.
 */
export function lineChart(spec: ChartSpec): ChartModel {
  checkSpec(spec);
  return {
    id: spec.id,
    title: spec.title,
    subtitle: spec.subtitle,
    wide: draw(spec, 'wide', 630, 360),
    narrow: draw(spec, 'narrow', 290, 290),
    legend: spec.series.length > 1 ? spec.series.map(({ label }, at) => ({ label, key: legendKey(at) })) : [],
    table: tableOf(spec),
    source: spec.source ?? null,
  };
}

function draw(spec: ChartSpec, size: 'wide' | 'narrow', width: number, height: number): Markup {
  const top = 34;
  const bottom = height - 40;
  const y = scaleLinear([0, greatestOf(spec)], [bottom, top]).nice(5);
  const ticks = y.ticks(5);
  const left = 14 + Math.max(...ticks.map((tick) => textWidth(readableNumber(tick))));
  const right = width - 22;
  const x = scalePoint<number>(
    spec.categories.map((_category, at) => at),
    [left + 12, right],
  );
  const xOf = (at: number) => x(at) ?? left;

  const parts = [
    textAt(0, 16, capitalised(spec.unit), { class: 'app-chart__quiet' }),
    ...ticks.map(
      (tick) =>
        element('line', {
          class: tick === 0 ? 'app-chart__axis' : 'app-chart__grid',
          x1: left,
          x2: width,
          y1: y(tick),
          y2: y(tick),
        }) + textAt(left - 8, y(tick) + 5, readableNumber(tick), { 'text-anchor': 'end' }),
    ),
    ...categoryLabels(spec, xOf, bottom, right - left),
    ...spec.series.map(({ values }, at) => seriesMarkup(values, at, xOf, y)),
    ...spec.categories.map((_category, at) => withheldAt(spec, at, xOf(at), y(0))),
  ];
  return drawing({
    id: `${spec.id}-${size}`,
    width,
    height,
    title: spec.title,
    description: descriptionOf(spec),
    parts,
  });
}

function seriesMarkup(
  values: readonly Figure[],
  series: number,
  xOf: (at: number) => number,
  y: (value: number) => number,
): string {
  const path = line<Figure>()
    .defined((value) => typeof value === 'number')
    .x((_value, at) => xOf(at))
    .y((value) => (typeof value === 'number' ? y(value) : 0));
  const points = values.map((value, at) => (typeof value === 'number' ? point(series, xOf(at), y(value)) : ''));
  return element(
    'g',
    { class: `app-chart__series-${series + 1}` },
    element('path', { class: 'app-chart__line', d: path(values) ?? '' }) + points.join(''),
  );
}

/** The symbols of what is withheld at one step, from the axis up. No shape beside them: it would read as a value. */
function withheldAt(spec: ChartSpec, at: number, x: number, axis: number): string {
  const symbols = spec.series.flatMap(({ values }) => {
    const value = values[at];
    return isWithheld(value) ? [value.symbol] : [];
  });
  return symbols
    .map((name, row) =>
      textAt(x, axis - 8 - row * 20, `[${name}]`, { 'text-anchor': 'middle', class: 'app-chart__quiet' }),
    )
    .join('');
}

function point(series: number, x: number, y: number): string {
  const shape = symbol(shapes[series] ?? symbolCircle, 52)();
  return element('path', {
    class: 'app-chart__point',
    d: shape ?? '',
    transform: `translate(${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100})`,
  });
}

/** As many labels as fit, always with the last: the newest figure is the one that people look for. */
function categoryLabels(spec: ChartSpec, xOf: (at: number) => number, bottom: number, width: number): string[] {
  const labels = spec.categories.map(({ label, short }) => short ?? label);
  const widest = Math.max(...labels.map(textWidth)) + 10;
  const step = Math.max(1, Math.ceil((labels.length * widest) / width));
  const last = labels.length - 1;
  return labels.flatMap((label, at) => {
    if ((last - at) % step !== 0) return [];
    // The last label ends at the edge rather than being cut by it.
    const anchor = at === last && labels.length > 1 ? { 'text-anchor': 'end', dx: 20 } : { 'text-anchor': 'middle' };
    return [textAt(xOf(at), bottom + 26, label, anchor)];
  });
}

function legendKey(series: number): Markup {
  return safeMarkup(
    element(
      'svg',
      { class: 'app-legend__key', viewBox: '0 0 26 16', 'aria-hidden': 'true', focusable: 'false' },
      element(
        'g',
        { class: `app-chart__series-${series + 1}` },
        element('path', { class: 'app-chart__line', d: 'M2 8H24' }) + point(series, 13, 8),
      ),
    ),
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
