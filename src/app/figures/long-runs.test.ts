/** Runs of very many tasks: pictures stay readable, and small enough to be drawn again while a run is played. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { spreadTasks } from '../charts/accuracy';
import { lossByTask, lossSeries } from '../charts/loss';
import { syntheticRecord } from '../testing/synthetic-record';
import { en } from '../text/en';
import { labelledOf } from './axis';
import { drawn, viewOf } from './chart';
import { CHARTS, type ChartId } from './charts';

const METHODS = ['inflora', 'sequential-lora', 'full-fine-tuning', 'nearest-mean'];
const [long, short] = [200, 5].map((tasks) => syntheticRecord({ tasks, methods: METHODS }));
if (!long || !short) throw new Error('Nothing was made up.');

const svgOf = (chart: ChartId, record = long, width = 480, height = 260) =>
  renderToStaticMarkup(drawn(CHARTS[chart], { record, words: en, view: viewOf(record, { width, height, methods: METHODS.slice(0, 2) }) }));
const count = (svg: string, what: RegExp) => svg.match(what)?.length ?? 0;

describe('a run of 200 tasks', () => {
  it.each([
    ['accuracy', 5000],
    ['matrix', 300],
    ['forgetting', 500],
    ['loss', 500],
    ['interference-pairs', 300],
  ] as const)('%s has at most %i elements and no number that is none', (chart, most) => {
    const svg = svgOf(chart, long);
    expect(count(svg, /<[a-z]/g)).toBeLessThan(most);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|(width|height|r)="-/);
  });

  it('draws some tasks, evenly spread, and says how many', () => {
    const svg = svgOf('accuracy', long);
    expect(count(svg, /data-testid="task-\d+"/g)).toBe(23);
    expect(svg).toContain('data-testid="task-0"');
    expect(svg).toContain('data-testid="task-199"');
    expect(svg).toContain('23 of 200 tasks');
    expect(count(svgOf('accuracy', short), /data-testid="task-\d+"/g)).toBe(5);
    expect(svgOf('accuracy', short)).not.toContain('evenly spread');
  });

  it('has every known cell of the matrix in a shade, and nothing above the diagonal', () => {
    const svg = svgOf('matrix', long, 1200, 800);
    const first = svg.slice(svg.indexOf('matrix-inflora'), svg.indexOf('matrix-sequential-lora'));
    const boxes = [...first.matchAll(/M[\d.]+ [\d.]+h([\d.]+)v([\d.]+)h/g)].map(
      ([, width, height]) => [Number(width), Number(height)] as const,
    );
    const [cell] = boxes.map(([width]) => width).sort((a, b) => a - b);
    const cells = boxes.reduce((sum, [width]) => sum + Math.round(width / (cell ?? 1)), 0);
    expect(cells).toBe((200 * 201) / 2);
  });

  it('shows the mean loss of each task, and says so', () => {
    expect(lossByTask(long)).toBe(true);
    expect(lossByTask(short)).toBe(false);
    const [series] = lossSeries(long);
    const ofThird = long.methods[0]?.losses.filter(({ task }) => task === 2).map(({ loss }) => loss) ?? [];
    expect(series?.points).toHaveLength(200);
    expect(series?.points[2]?.loss).toBeCloseTo(ofThird.reduce((sum, loss) => sum + loss, 0) / ofThird.length, 9);
    expect(svgOf('loss', long)).toContain('mean of each task');
    expect(svgOf('loss', short)).not.toContain('mean of each task');
  });

  it('joins what tasks lost by lines where bars would be hairs', () => {
    expect(count(svgOf('forgetting', long), /recharts-curve/g)).toBe(2);
    expect(count(svgOf('forgetting', short), /recharts-curve/g)).toBe(0);
  });
});

describe('labels along an axis', () => {
  it('stand at every one, second, fifth or tenth, so that none touches the next', () => {
    const at = (count: number, spacing: number) => Array.from({ length: count }, (_, i) => i).filter(labelledOf(count, spacing, 20));
    expect(at(5, 40)).toEqual([0, 1, 2, 3, 4]);
    expect(at(5, 20)).toEqual([0, 2, 4]);
    expect(at(20, 6)).toEqual([0, 5, 10, 15]);
    expect(at(200, 0.3)).toEqual([0, 100]);
    expect(at(3, 1)).toEqual([0]);
  });

  it('spread tasks over a stream with both of its ends', () => {
    expect(spreadTasks(4, 23)).toEqual([0, 1, 2, 3]);
    expect(spreadTasks(200, 5)).toEqual([0, 50, 100, 149, 199]);
  });
});
