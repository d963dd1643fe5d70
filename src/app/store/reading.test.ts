import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp } from '../testing/test-app';
import { currentReading } from './state';

const record = syntheticRecord();

describe('the reading that was chosen', () => {
  it('counts where the record holds it', () => {
    const { app } = testApp();
    app.view.set({ reading: 'ridge' });
    expect(currentReading(app.store.getState())).toBe('own');
    app.store.setState({ record, results: record });
    expect(currentReading(app.store.getState())).toBe('ridge');
    app.view.set({ reading: 'again-ridge' });
    expect(currentReading(app.store.getState())).toBe('own');
  });

  it('is what exports carry and what they are named after', async () => {
    const { app, downloads } = testApp();
    app.store.setState({ record, results: record, origin: 'loaded' });
    await app.records.saveCsv();
    app.view.set({ reading: 'ridge' });
    await app.records.saveCsv();
    await app.takeAway.saveLatex();
    await app.takeAway.savePredictions();
    expect(downloads.map(({ name }) => name.split('.').slice(1).join('.'))).toEqual([
      'csv',
      'ridge.csv',
      'ridge.tex',
      'ridge.predictions.csv',
    ]);
    const cell = (content: string | undefined) => content?.split('\r\n')[1]?.split(',').at(-2);
    const first = record.methods[0]?.results[0]?.readings;
    expect(cell(downloads[0]?.content)).toBe(String(first?.own?.classIncremental[0]));
    expect(cell(downloads[1]?.content)).toBe(String(first?.['ridge']?.classIncremental[0]));
    expect(downloads[2]?.content).toContain('Classes are read by ridge.');
  });

  it('goes to the worker with every picture', async () => {
    const { app, host } = testApp();
    const asked: unknown[] = [];
    const note = (reading: unknown) => {
      asked.push(reading);
      return Promise.resolve([]);
    };
    host.predict = (_image, _top, reading) => note(reading);
    host.predictAfter = (_task, _image, _top, reading) => note(reading);
    const image = { pixels: new Uint8Array(3), width: 1, height: 1 };
    await app.host.predict(image, 3, 'ridge');
    await app.host.predictAfter(0, image, 1, 'class-means');
    expect(asked).toEqual(['ridge', 'class-means']);
  });
});
