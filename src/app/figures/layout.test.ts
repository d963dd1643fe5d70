import { describe, expect, it } from 'vitest';
import { spreadLabels } from '../charts/labels';
import { AXIS_WIDTH, labelSize, panelLayout, rowHeight, VALUE_WIDTH } from './panel-layout';

describe('spreadLabels', () => {
  it('leaves apart what is apart', () => {
    expect([
      ...spreadLabels(
        [
          { key: 'a', y: 10 },
          { key: 'b', y: 60 },
        ],
        15,
        0,
        100,
      ).values(),
    ]).toEqual([10, 60]);
  });

  it('pushes neighbours apart around their middle, in order, inside the plot', () => {
    const placed = spreadLabels(
      [
        { key: 'b', y: 51 },
        { key: 'a', y: 50 },
        { key: 'c', y: 99 },
      ],
      15,
      0,
      100,
    );
    expect(placed.get('a')).toBeCloseTo(43, 9);
    expect(placed.get('b')).toBeCloseTo(58, 9);
    expect(placed.get('c')).toBe(99);
    const crowded = [
      ...spreadLabels(
        Array.from({ length: 6 }, (_, i) => ({ key: `${i}`, y: 100 })),
        15,
        0,
        100,
      ).values(),
    ];
    expect(crowded.at(-1)).toBe(100);
    crowded.slice(1).forEach((y, i) => expect(y - (crowded[i] ?? 0)).toBeCloseTo(15, 9));
  });

  it('squeezes more labels than fit', () => {
    const placed = [
      ...spreadLabels(
        Array.from({ length: 11 }, (_, i) => ({ key: `${i}`, y: 50 })),
        15,
        0,
        100,
      ).values(),
    ];
    expect(Math.min(...placed)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...placed)).toBeLessThanOrEqual(100);
  });
});

describe('panelLayout', () => {
  it('puts five tasks into one row with equally wide plots', () => {
    const layout = panelLayout(1180, 5, 90);
    expect(layout).toMatchObject({ columns: 5, rows: 1, names: true });
    const [first, second] = layout.widths;
    expect((first ?? 0) - AXIS_WIDTH - 90).toBeCloseTo(second ?? 0, 9);
    expect(layout.widths.reduce((sum, w) => sum + w, 0) + 4 * 8).toBeCloseTo(1180, 9);
    expect((second ?? 0) - VALUE_WIDTH).toBeGreaterThan(100);
  });

  it('leaves room in every column for names that alone tell a line', () => {
    const { widths, columns } = panelLayout(1180, 5, 90, 60);
    expect(columns).toBe(5);
    expect((widths[0] ?? 0) - AXIS_WIDTH - 30).toBeCloseTo(widths[1] ?? 0, 9);
    expect(widths.reduce((sum, w) => sum + w, 0) + 4 * 8).toBeCloseTo(1180, 9);
    // On a phone no name stands but those.
    expect(panelLayout(350, 5, 90, 60).names).toBe(false);
  });

  it('wraps twenty tasks and leaves out names on a phone', () => {
    expect(panelLayout(1180, 20, 90).rows).toBeGreaterThan(1);
    expect(panelLayout(350, 5, 90)).toMatchObject({ columns: 2, names: false });
  });
});

describe('rowHeight', () => {
  it('leaves every label of a race its own place', () => {
    for (const count of [1, 4, 6, 7, 8]) {
      const of = { methods: Array.from({ length: count }, (_, i) => ({ id: `method ${i}` })) };
      const labels = Array.from({ length: count + 1 }, (_, i) => ({ key: `${i}`, y: 40 }));
      const { height } = labelSize(of);
      // As a small chart has them: from below its heading to its axis.
      const places = [...spreadLabels(labels, height, 30, rowHeight(of) - 22).values()].sort((a, b) => a - b);
      for (const [i, place] of places.slice(1).entries()) expect(place - (places[i] ?? 0)).toBeGreaterThanOrEqual(height - 1e-9);
    }
  });
});
