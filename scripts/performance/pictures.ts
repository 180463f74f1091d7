import * as vega from 'vega';
import { type TopLevelSpec, compile } from 'vega-lite';
import { type BenchmarkResult, type Outcome, contendersOf, isScaling, ofOne, short, sizesOf } from './results.js';

const font = 'Helvetica, Arial, sans-serif';
const config = {
  background: 'white',
  font,
  axisY: { labelLimit: 340 },
  axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal', gridColor: '#e4e4e4', domainColor: '#888' },
  header: { labelFontSize: 12, titleFontSize: 12, labelLimit: 560 },
  legend: { labelFontSize: 11, orient: 'top', title: null },
  view: { stroke: '#ccc' },
} as const;
const slower = '#4477aa';
const faster = '#cc7722';

/** How wide a text is, nearly: there is no canvas here, and what vega takes instead is half as much again. The same everywhere. */
const { textMetrics } = vega as unknown as {
  readonly textMetrics: { width(item: { readonly fontSize?: number }, text: unknown): number };
};
textMetrics.width = ({ fontSize = 11 }, text) => 0.55 * fontSize * String(text).length;

/** The powers of ten. */
function tens(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => Number(`1e${from + n}`));
}

async function svg(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile(spec, { logger: vega.logger(vega.Error) }).spec), { renderer: 'none' });
  const text = await view.toSVG();
  view.finalize();
  return `${text}\n`;
}

interface Bar {
  readonly benchmark: string;
  readonly contender: string;
  readonly ratio: number;
  readonly label: string;
  readonly direction: string;
}

/** Each peer's figure, divided by ours: a bar to the right of 1 is slower than ours, or takes more. */
export function renderRatios(benchmarks: readonly BenchmarkResult[]): Promise<string> {
  const bars = benchmarks.filter((result) => !isScaling(result)).flatMap(barsOf);
  const titles = [...new Set(bars.map(({ benchmark }) => benchmark))];
  const order = { field: 'order', type: 'quantitative' } as const;
  return svg({
    data: { values: bars.map((bar, n) => ({ ...bar, order: n })) },
    facet: {
      row: {
        field: 'benchmark',
        type: 'nominal',
        sort: titles,
        header: {
          title: null,
          labelAngle: 0,
          labelAlign: 'left',
          labelAnchor: 'start',
          labelOrient: 'top',
          labelFontWeight: 'bold',
          labelPadding: 4,
        },
      },
    },
    spacing: 12,
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 560,
      height: { step: 17 },
      encoding: {
        y: {
          field: 'contender',
          type: 'nominal',
          sort: { field: 'order' },
          axis: { title: null, labelLimit: 330, ticks: false },
        },
      },
      layer: [
        {
          mark: { type: 'bar', height: 11 },
          encoding: {
            x: {
              field: 'ratio',
              type: 'quantitative',
              scale: { type: 'log', nice: true },
              axis: { title: 'times ours', grid: true, format: '~g', values: tens(-4, 4) },
            },
            x2: { datum: 1 },
            color: {
              field: 'direction',
              type: 'nominal',
              scale: {
                domain: ['slower, or more bytes, than rxtasks', 'faster, or fewer bytes'],
                range: [slower, faster],
              },
              legend: { title: null, orient: 'top', labelLimit: 560 },
            },
          },
        },
        {
          mark: { type: 'rule', color: '#333' },
          encoding: { x: { datum: 1 }, y: { value: 0 }, y2: { value: 'height' } },
        },
        {
          transform: [{ filter: 'datum.ratio >= 1' }],
          mark: { type: 'text', align: 'left', dx: 4, fontSize: 10, color: '#333' },
          encoding: { x: { field: 'ratio', type: 'quantitative' }, text: { field: 'label' } },
        },
        {
          transform: [{ filter: 'datum.ratio < 1' }],
          mark: { type: 'text', align: 'right', dx: -4, fontSize: 10, color: '#333' },
          encoding: { x: { field: 'ratio', type: 'quantitative' }, text: { field: 'label' }, order },
        },
      ],
    },
    config,
  });
}

/** Of the size at which most take part, the largest of such. */
function barsOf(result: BenchmarkResult): Bar[] {
  const sizes = sizesOf(result).map(([size, outcomes]) => [size, outcomes.filter(isFigure)] as const);
  const most = Math.max(...sizes.map(([, figures]) => figures.length));
  const [size, figures] = sizes.filter(([, { length }]) => length === most).at(-1)!;
  const ours = figures.find(([name]) => name === contendersOf(result)[0])?.[1];
  if (ours === undefined) return [];
  const count = size === 1 ? '' : ` (${size.toLocaleString('en')})`;
  return figures
    .filter(([, figure]) => figure !== ours)
    .map(([contender, { median }]) => {
      const ratio = median / ours.median;
      return {
        benchmark: result.title + count,
        contender,
        ratio,
        label: `${short(ratio)} ×`,
        direction: ratio >= 1 ? 'slower, or more bytes, than rxtasks' : 'faster, or fewer bytes',
      };
    });
}

/** Time of one as their number grows: a line that is level says that it does not matter how many there are. */
export function renderScaling(benchmarks: readonly BenchmarkResult[]): Promise<string> {
  const points = benchmarks.filter(isScaling).flatMap(pointsOf);
  const titles = [...new Set(points.map(({ benchmark }) => benchmark))];
  return svg({
    data: { values: points },
    facet: { field: 'benchmark', type: 'nominal', sort: titles, header: { title: null, labelFontWeight: 'bold' } },
    columns: 3,
    spacing: 24,
    spec: {
      width: 240,
      height: 190,
      encoding: {
        x: {
          field: 'size',
          type: 'quantitative',
          scale: { type: 'log', domain: [100, 1_000_000] },
          axis: { title: 'how many', format: '~s', values: tens(2, 6) },
        },
        color: {
          field: 'contender',
          type: 'nominal',
          sort: null,
          scale: { range: [slower, faster, '#669933'] },
        },
      },
      layer: [
        {
          mark: { type: 'line', point: true },
          encoding: {
            y: {
              field: 'median',
              type: 'quantitative',
              scale: { type: 'log' },
              axis: { title: 'µs each', format: '~g', values: tens(-3, 4) },
            },
          },
        },
        {
          mark: { type: 'rule', opacity: 0.5, strokeWidth: 3 },
          encoding: { y: { field: 'min', type: 'quantitative' }, y2: { field: 'max' } },
        },
      ],
    },
    config,
  });
}

function pointsOf(result: BenchmarkResult) {
  return sizesOf(result).flatMap(([size, outcomes]) =>
    outcomes.filter(isFigure).map(([contender, figure]) => ({
      benchmark: result.title.replace(/:.*/, ''),
      contender,
      size,
      median: ofOne(result, size, figure.median),
      min: ofOne(result, size, figure.min),
      max: ofOne(result, size, figure.max),
    })),
  );
}

function isFigure(entry: [string, Outcome]): entry is [string, Exclude<Outcome, { failed: string }>] {
  return !('failed' in entry[1]);
}
