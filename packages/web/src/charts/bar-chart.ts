import { scaleBand, scaleLinear } from 'd3-scale';
import { type Markup, safeMarkup } from '../markup.ts';
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
import { drawing, element, linesOf, textAt, textWidth } from './drawing.ts';

const barThickness = 26;
const lineHeight = 20;

/**
 * Values by category as horizontal bars, each with its number at its end, so that long labels stay readable. Drawn twice, for a wide
 * and a narrow screen (there, labels stand above their bars). Throws for a spec that cannot be drawn honestly.
 */
export function barChart(spec: ChartSpec): ChartModel {
  checkSpec(spec);
  return {
    id: spec.id,
    title: spec.title,
    subtitle: spec.subtitle,
    wide: draw(spec, 'wide', 630, 210),
    narrow: draw(spec, 'narrow', 290, 0),
    legend: spec.series.length > 1 ? spec.series.map(({ label }, at) => ({ label, key: legendKey(at) })) : [],
    table: tableOf(spec),
    source: spec.source ?? null,
  };
}

function draw(spec: ChartSpec, size: 'wide' | 'narrow', width: number, labelWidth: number): Markup {
  const besides = labelWidth > 0;
  const labels = spec.categories.map(({ label }) => linesOf(label, besides ? Math.floor(labelWidth / 8.6) : 34));
  const barsHeight = spec.series.length * barThickness;
  const greatest = greatestOf(spec);
  const left = besides ? labelWidth : 0;
  const x = scaleLinear([0, greatest], [left, width - textWidth(readableNumber(greatest)) - 16]);
  const parts: string[] = [];
  let top = 4;
  for (const [at, lines] of labels.entries()) {
    const labelHeight = lines.length * lineHeight;
    const rowHeight = besides ? Math.max(barsHeight, labelHeight) : labelHeight + 4 + barsHeight;
    const firstLine = besides ? top + (rowHeight - labelHeight) / 2 + 15 : top + 15;
    parts.push(
      ...lines.map((text, number) =>
        textAt(besides ? left - 12 : 0, firstLine + number * lineHeight, text, {
          'text-anchor': besides ? 'end' : 'start',
        }),
      ),
    );
    const barsTop = besides ? top + (rowHeight - barsHeight) / 2 : top + labelHeight + 4;
    const y = scaleBand(
      spec.series.map((_series, number) => number),
      [barsTop, barsTop + barsHeight],
    ).paddingInner(0.12);
    for (const [number, { values }] of spec.series.entries()) {
      parts.push(bar(values[at] ?? null, number, left, x, y(number) ?? barsTop, y.bandwidth()));
    }
    top += rowHeight + 14;
  }
  const height = top - 8;
  parts.unshift(element('line', { class: 'app-chart__axis', x1: left, x2: left, y1: 0, y2: height }));
  return drawing({
    id: `${spec.id}-${size}`,
    width,
    height,
    title: spec.title,
    description: descriptionOf(spec),
    parts: besides ? parts : parts.slice(1),
  });
}

function bar(
  value: Figure,
  series: number,
  left: number,
  x: (value: number) => number,
  y: number,
  thickness: number,
): string {
  const middle = y + thickness / 2 + 5;
  if (typeof value !== 'number') {
    const symbol = isWithheld(value) ? value.symbol : 'x';
    return textAt(left + 8, middle, `[${symbol}]`, { class: 'app-chart__quiet' });
  }
  const end = x(value);
  return element(
    'g',
    { class: `app-chart__series-${series + 1}` },
    element('rect', { class: 'app-chart__bar', x: left, y, width: Math.max(0, end - left), height: thickness }) +
      textAt(end + 8, middle, readableNumber(value)),
  );
}

function legendKey(series: number): Markup {
  return safeMarkup(
    element(
      'svg',
      { class: 'app-legend__key', viewBox: '0 0 26 16', 'aria-hidden': 'true', focusable: 'false' },
      element(
        'g',
        { class: `app-chart__series-${series + 1}` },
        element('rect', { class: 'app-chart__bar', x: 4, y: 0, width: 18, height: 16 }),
      ),
    ),
  );
}
