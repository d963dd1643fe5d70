import { describe, expect, it } from 'vitest';
import { syntheticRecord } from '../testing/synthetic-record';
import { testApp } from '../testing/test-app';

describe('taking results away', () => {
  it('offers nothing without a record', async () => {
    const { app, downloads } = testApp();
    await app.takeAway.saveLatex();
    await app.takeAway.saveBibtex();
    expect(downloads).toEqual([]);
  });

  it('saves LaTeX, methods, references and predictions under the name of the run', async () => {
    const { app, downloads } = testApp();
    app.store.setState({ record: syntheticRecord(), origin: 'loaded' });
    await app.takeAway.saveLatex();
    await app.takeAway.saveMethodsText();
    await app.takeAway.saveBibtex();
    await app.takeAway.savePredictions();
    expect(downloads.map(({ name }) => name.split('.').slice(1).join('.'))).toEqual(['tex', 'methods.tex', 'bib', 'predictions.csv']);
    expect(downloads[0]?.content).toContain('\\toprule');
    expect(downloads[2]?.content).toContain('liang2024inflora');
  });

  it('says of a prediction which file it is of, and what that is, while the images are at hand', async () => {
    const { app, downloads } = testApp();
    await app.run.start();
    await app.takeAway.savePredictions();
    expect(downloads.at(-1)?.content).toContain(',Digits/0.png,');
    expect(downloads.at(-1)?.content).not.toMatch(/,,/);
  });

  it('saves a model of the run that was computed here, and only then', async () => {
    const { app, downloads } = testApp();
    await app.run.start();
    app.store.setState({ origin: 'loaded' });
    expect(await app.takeAway.models()).toEqual([]);
    app.store.setState({ origin: 'live' });
    const [first] = await app.takeAway.models();
    if (!first) throw new Error('There is no model');
    expect(await app.takeAway.saveModel(first.method, first.tasks[0] ?? 0, 'timm')).toBe(true);
    expect(downloads.at(-1)?.name).toMatch(/inflora-seed-0\.task-1\.timm\.zip$/);
  });
});
