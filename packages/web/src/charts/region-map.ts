import { type Region, regions } from '@practice-exchange/vocabulary';
import { type Markup, safeMarkup } from '../markup.ts';
import { inWords, readableNumber } from '../wording.ts';
import { type ChartModel, type ChartSpec, type Figure, isWithheld, tableOf } from './chart.ts';
import { drawing, element, linesOf, textAt } from './drawing.ts';

export type RegionMapSpec = Pick<ChartSpec, 'id' | 'title' | 'subtitle' | 'unit' | 'source'> & {
  readonly regions: readonly { readonly region: Region; readonly value: Figure }[];
};

/** Column and row of each region's tile: where it lies, not how large it is. */
const places: Readonly<Record<Region, readonly [column: number, row: number]>> = {
  'north-east': [1, 0],
  'north-west': [0, 1],
  'yorkshire-and-the-humber': [1, 1],
  'west-midlands': [0, 2],
  'east-midlands': [1, 2],
  'east-of-england': [2, 2],
  'south-west': [0, 3],
  'south-east': [1, 3],
  london: [2, 3],
};
const shades = 4;

/**
 * The nine regions of England as equal tiles, shaded from light to dark in four steps, each with its number: a large region
 * with few people does not look like more. Throws when there is nothing to draw.
 */
export function regionMap(spec: RegionMapSpec): ChartModel {
  if (spec.regions.length === 0) throw new Error(`map ${spec.id}: there are no regions`);
  const chart: ChartSpec = {
    ...spec,
    categoryLabel: 'Region',
    categories: spec.regions.map(({ region }) => ({ label: labelOf(region) })),
    series: [
      { label: spec.unit.charAt(0).toUpperCase() + spec.unit.slice(1), values: spec.regions.map((each) => each.value) },
    ],
  };
  const steps = stepsOf(spec);
  return {
    id: spec.id,
    title: spec.title,
    subtitle: spec.subtitle,
    wide: draw(spec, steps, 'wide', 170, 96),
    narrow: draw(spec, steps, 'narrow', 94, 104),
    legend: steps.map(({ label }, at) => ({ label, key: legendKey(at) })),
    table: tableOf(chart),
    source: spec.source ?? null,
  };
}

type Step = { readonly upTo: number; readonly label: string };

/** Steps of equal width between the smallest and the largest number; one step where all are alike. */
function stepsOf(spec: RegionMapSpec): Step[] {
  const numbers = spec.regions.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
  if (numbers.length === 0) return [];
  const lowest = Math.min(...numbers);
  const highest = Math.max(...numbers);
  if (lowest === highest) return [{ upTo: highest, label: readableNumber(highest) }];
  const width = (highest - lowest) / shades;
  const text = (value: number) => readableNumber(Math.round(value * 10) / 10);
  return Array.from({ length: shades }, (_, at) => ({
    upTo: at === shades - 1 ? highest : lowest + width * (at + 1),
    label: `${text(lowest + width * at)} to ${text(lowest + width * (at + 1))}`,
  }));
}

function draw(
  spec: RegionMapSpec,
  steps: readonly Step[],
  size: 'wide' | 'narrow',
  width: number,
  height: number,
): Markup {
  const gap = 4;
  const parts = spec.regions.map(({ region, value }) => {
    const [column, row] = places[region];
    return tile(labelOf(region), value, steps, {
      x: column * (width + gap),
      y: row * (height + gap),
      width,
      height,
    });
  });
  return drawing({
    id: `${spec.id}-${size}`,
    width: 3 * (width + gap) - gap,
    height: 4 * (height + gap) - gap,
    title: spec.title,
    description: `${spec.subtitle}. ${inWords(regionTexts(spec))}.`,
    parts,
  });
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function tile(label: string, value: Figure, steps: readonly Step[], box: Box): string {
  const step =
    typeof value === 'number'
      ? Math.max(
          0,
          steps.findIndex(({ upTo }) => value <= upTo + 1e-9),
        )
      : -1;
  const lines = linesOf(label, Math.floor((box.width - 12) / 8.4));
  const shown = textOf(value);
  return element(
    'g',
    { class: step < 0 ? 'app-map__tile app-map__tile--none' : `app-map__tile app-map__tile--${step + 1}` },
    element('rect', { x: box.x + 1, y: box.y + 1, width: box.width - 2, height: box.height - 2 }) +
      lines.map((line, at) => textAt(box.x + 8, box.y + 22 + at * 18, line)).join('') +
      textAt(box.x + 8, box.y + box.height - 12, shown, { class: 'app-map__number' }),
  );
}

function textOf(value: Figure): string {
  if (typeof value === 'number') return readableNumber(value);
  return `[${isWithheld(value) ? value.symbol : 'x'}]`;
}

function regionTexts(spec: RegionMapSpec): string[] {
  return spec.regions.map(({ region, value }) => {
    const text = isWithheld(value)
      ? value.meaning
      : typeof value === 'number'
        ? readableNumber(value)
        : 'not available';
    return `${labelOf(region)}: ${text}`;
  });
}

function legendKey(step: number): Markup {
  return safeMarkup(
    element(
      'svg',
      { class: 'app-legend__key', viewBox: '0 0 26 16', 'aria-hidden': 'true', focusable: 'false' },
      element(
        'g',
        { class: `app-map__tile app-map__tile--${step + 1}` },
        element('rect', { x: 1, y: 1, width: 24, height: 14 }),
      ),
    ),
  );
}

function labelOf(region: Region): string {
  return regions.find(({ code }) => code === region)?.label ?? region;
}
