/** What the page may rely on, whoever answers its calls. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../session/events';
import type { Experiment } from '../../session/experiment';
import { applyEvents } from '../../session/fold';
import { parseRecord } from '../../session/migrations';
import type { RunRecord } from '../../session/record';
import type { LoadProgress, RunHost } from '../api';

export interface HostUnderContract {
  readonly host: RunHost;
  /** Two of its stream's three tasks or more, two methods that answer after each; and the same with one task more. */
  readonly experiment: Experiment;
  readonly longer: Experiment;
  dispose?(): void;
}

const silent = (): void => undefined;
const image = { width: 8, height: 8, pixels: new Uint8Array(8 * 8 * 3).map((_, i) => (37 * i) % 256) };

/** Pulls to the end; the record as the page folds it. */
export async function toTheEnd(host: RunHost, record: RunRecord | null = null): Promise<RunRecord> {
  for (let events = await host.next(50); events !== null; events = await host.next(50)) record = applyEvents(record, events);
  if (!record) throw new Error('The run told nothing');
  return record;
}

const trained = (events: readonly RunEvent[] | null): number =>
  (events ?? []).filter((event) => event.type === 'phase' && event.phase === 'train').length;

export function hostContract(name: string, make: () => Promise<HostUnderContract>): void {
  describe(`${name} keeps the contract of a host`, () => {
    let under: HostUnderContract;
    let host: RunHost;
    beforeEach(async () => {
      under = await make();
      ({ host } = under);
    });
    afterEach(() => under.dispose?.());

    it('says by name what cannot be asked yet, and has nothing to show', async () => {
      const state = { name: 'HostStateError' };
      await expect(host.next(10)).rejects.toMatchObject({ ...state, message: 'No run is open.' });
      await expect(host.append(under.longer)).rejects.toMatchObject(state);
      await expect(host.takeModel({ method: 'inflora', task: 0, layout: 'timm' })).rejects.toMatchObject(state);
      await expect(host.testImages(0, 3)).rejects.toMatchObject(state);
      await expect(host.findDuplicates()).rejects.toMatchObject(state);
      expect(await host.record()).toBeNull();
      expect(await host.predict(image, 3)).toEqual([]);
      expect(await host.predictAfter(0, image, 3)).toEqual([]);
      expect(await host.models()).toEqual([]);
      expect(await host.testLabels()).toEqual([]);
      expect(await host.testFiles()).toEqual([]);
      await host.cancelReading();
      await host.close();
    });

    it('describes backbone and stream, counting progress', async () => {
      const told: LoadProgress[] = [];
      const backbone = await host.loadBackbone(under.experiment, (progress) => void told.push(progress));
      const stream = await host.loadStream(under.experiment, (progress) => void told.push(progress));
      // Across a boundary they come by a way of their own.
      await vi.waitFor(() => expect(told.length).toBeGreaterThan(0));
      for (const { done, total } of told) if (total > 0) expect(done).toBeLessThanOrEqual(total);
      expect(stream.imageSize).toBe(backbone.config.imageSize);
      expect(stream.tasks).toHaveLength(2);
      expect(stream.tasks[1]?.from).toBe(stream.tasks[0]?.to);
      expect(stream.classNames).toHaveLength(stream.tasks[1]?.to ?? 0);
      const { side, pixels } = stream.thumbnails;
      expect(pixels).toHaveLength(stream.classNames.length * side * side * 3);
      expect(stream.source.train).toHaveLength(stream.source.classNames.length);
    });

    it('shows test images of a task in the order of its labels, and refuses a task that is not there', async () => {
      const { tasks } = await host.loadStream(under.experiment, silent);
      const labels = await host.testLabels();
      expect(labels.map(({ length }) => length)).toEqual(tasks.map(({ test }) => test));
      const files = await host.testFiles();
      expect(files.map(({ length }) => length)).toEqual(tasks.map(({ test }) => test));
      expect(new Set(files.flat()).size).toBe(files.flat().length);
      const sample = await host.testImages(1, 3);
      expect(sample.labels).toHaveLength(3);
      expect(sample.pixels).toHaveLength(3 * sample.side ** 2 * 3);
      expect(sample.positions).toEqual(sample.positions.toSorted((a, b) => a - b));
      expect(sample.labels).toEqual(sample.positions.map((position) => labels[1]?.[position]));
      for (const label of sample.labels) expect(label >= (tasks[1]?.from ?? 0) && label < (tasks[1]?.to ?? 0)).toBe(true);
      const places = [2, 0];
      const kept = await host.trainImages(1, places);
      expect(kept.pixels).toHaveLength(2 * kept.side ** 2 * 3);
      for (const label of kept.labels) expect(label >= (tasks[1]?.from ?? 0) && label < (tasks[1]?.to ?? 0)).toBe(true);
      await expect(host.testImages(2, 3)).rejects.toMatchObject({ name: 'RangeError' });
      await expect(host.trainImages(2, places)).rejects.toMatchObject({ name: 'RangeError' });
      for (const place of [-1, 0.5, 1e6]) await expect(host.trainImages(1, [0, place])).rejects.toMatchObject({ name: 'RangeError' });
    });

    it('ends a reading that is cancelled, and reads again when asked', async () => {
      await host.loadBackbone(under.experiment, silent);
      let told = 0;
      const reading = host.loadStream(under.experiment, () => void (told++ === 0 && host.cancelReading()));
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
      expect((await host.loadStream(under.experiment, silent)).tasks).toHaveLength(2);
    });

    it('runs to the end when pulled, its record the fold of what it told', async () => {
      await host.open(under.experiment);
      expect(await host.record()).toBeNull();
      let record: RunRecord | null = null;
      const types: string[] = [];
      for (let events = await host.next(5); events !== null; events = await host.next(5)) {
        expect(events.length).toBeGreaterThan(0);
        types.push(...events.map(({ type }) => type));
        record = applyEvents(record, events);
        expect(await host.record()).toEqual(record);
      }
      expect([types[0], types.at(-1)]).toEqual(['started', 'finished']);
      expect(await host.next(5)).toBeNull();
      expect(record?.status).toBe('finished');
      expect(record?.experiment).toEqual(under.experiment);
      expect(parseRecord(JSON.parse(JSON.stringify(record)))).toEqual(record);
      const labels = await host.testLabels();
      expect(record?.methods.map(({ id }) => id)).toEqual(under.experiment.methods.map(({ id }) => id));
      for (const { results } of record?.methods ?? []) {
        expect(results.map(({ task }) => task)).toEqual([0, 1]);
        for (const { predicted, classIncremental } of results.flatMap(({ readings }) => Object.values(readings))) {
          const right = predicted.map((row, task) => row.filter((column, i) => column === labels[task]?.[i]).length / row.length);
          right.forEach((share, task) => expect(share).toBeCloseTo(classIncremental[task] ?? NaN, 9));
        }
      }
    });

    it('stops after as many batches as asked', async () => {
      await host.open(under.experiment);
      expect(trained(await host.next(1e9, 1))).toBe(1);
      expect(trained(await host.next(1e9, 2))).toBe(2);
    });

    it('closes in the middle, the record kept as stopped', async () => {
      await host.open(under.experiment);
      await host.next(1e9, 2);
      await host.close();
      expect(await host.next(10)).toBeNull();
      expect((await host.record())?.status).toBe('stopped');
      await host.close();
      await host.open(under.experiment);
      expect(await host.record()).toBeNull();
      expect(await host.models()).toEqual([]);
    });

    it('goes on where a kept run stood, to the same end', async () => {
      const results = ({ methods }: RunRecord) =>
        methods.map(({ losses, results: of }) => ({ losses, of: of.map(({ seconds: _, ...rest }) => rest) }));
      await host.open(under.experiment);
      const whole = await toTheEnd(host);
      await host.open(under.experiment);
      await host.next(1e9, 3);
      expect((await host.keep('a'))?.bytes).toBeGreaterThan(0);
      await host.kept();
      const kept = await host.record();
      await host.next(1e9, 2);
      await host.close();
      expect(await host.keep('a')).toBeNull();
      await host.goOn('a');
      expect(await host.record()).toEqual(kept);
      expect(results(await toTheEnd(host, kept))).toEqual(results(whole));
      await expect(host.goOn('b')).rejects.toMatchObject({ name: 'StateFileError' });
    });

    it('leaves a finished record as it is', async () => {
      await host.open(under.experiment);
      const record = await toTheEnd(host);
      await host.close();
      expect(await host.record()).toEqual(record);
    });

    it('goes on with further tasks once the run has finished', async () => {
      await host.open(under.experiment);
      await host.next(1e9, 1);
      await expect(host.append(under.longer)).rejects.toMatchObject({ name: 'HostStateError' });
      const before = await toTheEnd(host, await host.record());
      await host.append(under.longer);
      const record = await toTheEnd(host, before);
      expect(record.status).toBe('finished');
      expect(record.stream.tasks).toHaveLength(3);
      record.methods.forEach(({ results }, m) => {
        expect(results.map(({ task }) => task)).toEqual([0, 1, 2]);
        expect(results.slice(0, 2)).toEqual(before.methods[m]?.results);
      });
      expect(await host.record()).toEqual(record);
      await expect(host.append(under.longer)).rejects.toThrow(/no further task/);
    });

    it('answers by every method, now and as of a task, among the classes known then', async () => {
      await host.open(under.experiment);
      const { methods, stream } = await toTheEnd(host);
      const ids = methods.map(({ id }) => id);
      const now = await host.predict(image, 3);
      const last = await host.predictAfter(1, image, 1);
      const first = await host.predictAfter(0, image, 99);
      expect([now, first, last].map((answers) => answers.map(({ method }) => method))).toEqual([ids, ids, ids]);
      for (const { rows } of [...now, ...first]) {
        const falling = rows.map(({ probability }) => probability);
        expect(falling).toEqual(falling.toSorted((a, b) => b - a));
        expect(falling.reduce((sum, each) => sum + each, 0)).toBeLessThan(1 + 1e-6);
      }
      for (const { rows } of now) expect(rows).toHaveLength(3);
      const known = stream.classNames.slice(0, stream.tasks[0]?.to);
      for (const { rows } of first) expect(rows.map(({ label }) => label).toSorted()).toEqual(known.toSorted());
      expect(last.map(({ rows }) => rows[0]?.label)).toEqual(now.map(({ rows }) => rows[0]?.label));
      expect(await host.predict(image, 3)).toEqual(now);
      expect(await host.predictAfter(7, image, 1)).toEqual([]);
    });

    it('mixes increments: all of them give the run’s own accuracy, and the run stays as it is', async () => {
      await expect(host.mix({ method: 'inflora', alphas: [1] })).rejects.toMatchObject({ name: 'HostStateError' });
      await host.open(under.experiment);
      const record = await toTheEnd(host);
      const before = await host.predict(image, 3);
      for (const { id, results } of record.methods) {
        const whole = await host.mix({ method: id, alphas: [1, 1] });
        const row = results.at(-1)?.readings.own;
        expect(whole?.tasks.map(({ classIncremental }) => classIncremental)).toEqual(row?.classIncremental);
        expect(whole?.tasks.map(({ taskAware }) => taskAware)).toEqual(row?.taskAware);
        const none = await host.mix({ method: id, alphas: [0, 0] });
        expect(none).toMatchObject({ method: id, alphas: [0, 0], reading: 'own' });
        expect(none?.tasks).toHaveLength(2);
      }
      expect(await host.predict(image, 3)).toEqual(before);
      expect(await host.record()).toEqual(record);
    });

    it('lists the trained models, gives one as a zip, and says which it no longer has', async () => {
      await host.open(under.experiment);
      await toTheEnd(host);
      const models = await host.models();
      expect(models.map(({ method, tasks }) => [method, tasks])).toEqual(under.experiment.methods.map(({ id }) => [id, [0, 1]]));
      const [{ method } = { method: 'inflora' as const }] = models;
      const zip = await host.takeModel({ method, task: 1, layout: 'timm' });
      expect([zip.type, zip.size > 0]).toEqual(['application/zip', true]);
      await expect(host.takeModel({ method, task: 5, layout: 'timm' })).rejects.toMatchObject({ name: 'ExportError' });
    });

    it('estimates and measures by method, on the device it names', async () => {
      const { chosen } = await host.useDevice('auto');
      const { bytes, available, fits, largestBatch } = await host.estimate(under.experiment);
      expect(fits).toBe(available === null || bytes <= available);
      expect(largestBatch).toBeGreaterThan(0);
      const { config } = await host.loadBackbone(under.experiment, silent);
      expect(await host.stepTimes(under.experiment, [config, { ...config, depth: 2 * config.depth }])).toHaveLength(2);
      const report = await host.measure(under.experiment);
      expect(report.device).toEqual(chosen);
      expect(report.config).toEqual(config);
      expect(report.yardstick?.steps.map(({ name }) => name)).toContain('bundled');
      for (const { method, profile } of report.steps) {
        expect(under.experiment.methods.map(({ id }) => id)).toContain(method);
        expect(profile.batch).toBe(under.experiment.training.batchSize);
      }
    });
  });
}
