/** Runs outlive the page: a tiny experiment of the bundled images, cut off in several ways. */
import { expect, test, type Playground } from './page';

/** Two tasks of few images, two methods: seconds on WebAssembly; `epochs` makes training last. */
const tiny = (epochs: number, more = '') =>
  `#v=1&d=2&seed=3&stream.maxTasks=2&stream.trainPerClass=8&stream.testPerClass=4&training.epochs=${epochs}&interference=off` +
  `&methods.0.id=inflora&methods.0.rank=4&methods.1.id=full-fine-tuning${more}`;

interface Found {
  readonly status: string;
  readonly methods: readonly { readonly losses: readonly object[]; readonly results: readonly Readonly<Record<string, unknown>>[] }[];
}

/** All that a run found, without the time that it took. */
async function found(playground: Playground): Promise<object> {
  const { status, methods } = JSON.parse(await playground.savedRecord()) as Found;
  return { status, methods: methods.map(({ losses, results }) => ({ losses, results: results.map(({ seconds: _, ...rest }) => rest) })) };
}

async function startOn(playground: Playground, hash: string) {
  await playground.open(hash);
  await playground.by('start').click();
  await expect(playground.by('where')).toContainText(/train/i, { timeout: 60_000 });
}

test('a reload in the middle of training loses nothing: the run goes on and ends bit for bit alike', async ({ playground, page }) => {
  await startOn(playground, tiny(12));
  await playground.finished();
  const whole = await found(playground);

  await page.reload();
  await expect(playground.by('go-on-note')).toHaveCount(0);
  await startOn(playground, tiny(12));
  await expect(playground.by('where')).toContainText(/task 2/i);
  await expect(playground.by('where')).toContainText(/train/i);
  await playground.by('pause').click();
  await expect(playground.by('where')).toContainText(/paused/i);
  await page.waitForTimeout(500);
  await page.reload();

  // What it had found is on the page at once, beside the offer.
  await expect(playground.by('go-on-note')).toContainText('1 of 2 tasks');
  await expect(playground.by('average-inflora')).toHaveAttribute('data-value', /\d/);
  await playground.by('go-on').click();
  await expect(playground.by('go-on-note')).toHaveCount(0);
  await playground.finished();
  expect(await found(playground)).toEqual(whole);
});
