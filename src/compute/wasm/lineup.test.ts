import { describe, expect, it } from 'vitest';
import { Lineup } from './lineup';

/** Keeps the thread busy, so that the lineup has to pause. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('Lineup', () => {
  it('keeps call order across pauses, and lets other tasks in between', async () => {
    const lineup = new Lineup();
    const order: number[] = [];
    let others = 0;
    const timer = setInterval(() => others++, 1);
    const tasks = Array.from({ length: 6 }, (_, i) =>
      lineup.add(() => {
        work(15);
        order.push(i);
        return i;
      }),
    );
    lineup.post(() => order.push(99));
    expect(lineup.idle).toBe(false);
    expect(await Promise.all(tasks)).toEqual([0, 1, 2, 3, 4, 5]);
    await lineup.add(() => undefined);
    clearInterval(timer);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 99]);
    expect(others).toBeGreaterThan(2);
  });

  it('hands on what a task throws, and goes on', async () => {
    const lineup = new Lineup();
    await expect(
      lineup.add(() => {
        throw new RangeError('too far');
      }),
    ).rejects.toThrow(RangeError);
    expect(await lineup.add(() => 1)).toBe(1);
  });

  it('rejects what waits when it is closed', async () => {
    const lineup = new Lineup();
    void lineup.add(() => work(20));
    const waiting = lineup.add(() => 1);
    lineup.close();
    await expect(waiting).rejects.toThrow(/disposed/);
    await expect(lineup.add(() => 1)).rejects.toThrow(/disposed/);
  });
});
