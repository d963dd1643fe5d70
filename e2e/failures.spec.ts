import { stripeArchive, tinyBackbone, tinyConfig } from './materials';
import { expect, test } from './page';

const encode = (text: string) => new TextEncoder().encode(text);

test.describe('a backbone that cannot be used is refused by name, and the set-up is kept', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['cut off', tinyBackbone().bytes.slice(0, 2000), /cut off|claims|follow/i],
    ['no safetensors at all', encode('this is not a checkpoint, it is a letter'), /safetensors/i],
    ['a tensor is missing', tinyBackbone((tensors) => tensors.delete('blocks.1.mlp.fc2.bias')).bytes, /blocks\.1\.mlp\.fc2\.bias/],
    [
      'NaN weights',
      tinyBackbone((tensors) => {
        const norm = tensors.get('norm.weight');
        if (norm) new DataView(norm.bytes.buffer, norm.bytes.byteOffset).setFloat32(0, NaN, true);
      }).bytes,
      /norm\.weight/,
    ],
  ];
  for (const [what, bytes, words] of cases) {
    test(what, async ({ playground, page }) => {
      await playground.open('#v=1&seed=9');
      await playground.drop({ name: 'broken.safetensors', bytes }, tinyConfig);
      await expect(playground.problem('backbone')).toContainText(words);
      expect(page.url()).toContain('seed=9');
    });
  }
});

test('what a checkpoint does not say is asked, with a proposal', async ({ playground }) => {
  await playground.open();
  await playground.drop(tinyBackbone());
  await expect(playground.by('assumed')).toContainText(/head/i);
});

test('an archive without images, and one with a file that is no image', async ({ playground }) => {
  await playground.open();
  await playground.drop({ name: 'empty.zip', bytes: stripeArchive(0, 0, 0, { 'readme.txt': encode('nothing') }).bytes });
  await expect(playground.problem('stream')).toContainText(/image/i);
  await playground.drop(stripeArchive(4, 4, 2, { 'train/stripes 0/broken.png': encode('a text in disguise') }));
  await expect(playground.by('stream-summary')).toContainText('4 classes');
  await expect(playground.by('skipped')).toContainText('broken.png');
});

test('a link from a newer version and a link with a bad value', async ({ playground, page }) => {
  await playground.open('#v=99&seed=3');
  await expect(playground.problem('experiment')).toContainText(/newer/i);
  await page.goto('about:blank');
  await playground.open('#v=1&training.epochs=-2');
  await expect(playground.problem('experiment')).toContainText(/epochs/);
});

test('a record from a newer version, and a file that is none', async ({ playground }) => {
  await playground.open();
  await playground.drop({ name: 'future.json', bytes: encode(JSON.stringify({ kind: 'inflora-run', schema: 99 })) });
  await expect(playground.problem('record')).toContainText(/newer/i);
  await playground.drop({ name: 'letter.json', bytes: encode('{"dear": "reader"}') });
  await expect(playground.problem('record')).toBeVisible();
  await expect(playground.by('start')).toBeEnabled();
});

test('a loss that becomes NaN stops the method, keeps the record and suggests a remedy', async ({ playground }) => {
  await playground.open(
    '#v=1&training.epochs=3&training.batchSize=8&training.optimizer=sgd&training.learningRate=1e20&training.schedule=constant',
  );
  await playground.drop(tinyBackbone(), tinyConfig);
  await expect(playground.by('backbone-summary')).toBeVisible();
  await playground.drop(stripeArchive());
  await expect(playground.by('stream-summary')).toBeVisible();
  await playground.by('start').click();
  await playground.finished();
  const record = JSON.parse(await playground.savedRecord()) as { methods: { failure: string | null }[] };
  expect(record.methods.some((method) => /learning rate/i.test(method.failure ?? ''))).toBe(true);
});

test('a batch that does not fit into memory is computed a few images at a time, and the set-up says so', async ({ playground }) => {
  await playground.open('#v=1&training.batchSize=4000000');
  await playground.by('estimate-now').click();
  await expect(playground.by('estimate')).toContainText(/images? at a time/, { timeout: 60_000 });
  await expect(playground.by('estimate')).toHaveAttribute('data-fits', 'true');
});
