const words = (safe: string, todo: string) => ({ safe, todo });

export const problems = {
  happened: 'What happened',
  safe: 'What is safe',
  todo: 'What to do',
  dismiss: 'Dismiss',
  retry: 'Try again',
  useRefused: (name: string) => `Use “${name}” all the same`,
  useBatch: (n: number) => `Use a batch of ${n}`,
  byPlace: {
    backbone: words(
      'Your set-up and any results are kept.',
      'Choose another backbone, or a file with the weights of a plain ViT (timm, Hugging Face or JAX names).',
    ),
    stream: words(
      'Your set-up and any results are kept.',
      'Choose another stream, or drop an archive or a folder with one folder of images per class.',
    ),
    device: words(
      'Results up to the last finished task are kept, and so is the set-up.',
      'Press Start to run again; choose WebAssembly from the device menu if it happens again.',
    ),
    experiment: words('The set-up on the page is unchanged.', 'Correct the named field, or reload the page for the defaults.'),
    record: words('The set-up and the results on the page are unchanged.', 'Choose a run record (.json) saved by this site.'),
    memory: words('Nothing was started; the set-up is kept.', 'Choose a smaller batch, fewer methods at once or a smaller backbone.'),
    run: words(
      'Results up to here are kept and can be saved.',
      'Lower the learning rate or change the setting named above, then press Start.',
    ),
    storage: words(
      'What was saved before is in My runs; results on the page can be saved as a record.',
      'Delete runs that you no longer need in My runs. Start computes a run again from its beginning.',
    ),
    mix: words('The run and its results are untouched.', 'Move a slider to ask again.'),
    predict: words('The run and its results are untouched.', 'Try another picture.'),
  },
  memoryHappened: (needed: string, available: string) => `This run would need about ${needed}; this device offers about ${available}.`,
  memoryTodoBatch: (n: number) => `A batch of ${n} fits.`,
  memoryTodoSmaller: 'Choose fewer methods at once, a smaller backbone or a smaller input size.',
  unknownFile: (name: string) =>
    `“${name}” is none of the files this page reads: .safetensors, .pth, .bin, .npz and config.json (backbone), an archive (zip, tar, tar.gz, npz, Parquet) or a folder of images (tasks), .json (run record).`,
  recordFailed: (name: string, reason: string) => `“${name}” could not be read as a run record: ${reason}`,
  linkFailed: (reason: string) => `The link could not be read: ${reason}`,
  nothingInDrop: 'Nothing readable was dropped.',
  configMissing: 'A config.json came without weights. Drop it together with its weights file.',
  adapterIncomplete: 'Half of an adapter came. Drop adapter_config.json and adapter_model.safetensors together.',
  brokenPanel: (reason: string) =>
    `This panel could not be drawn (${reason}). The run goes on and its results are kept; save the record and reload the page.`,
  choose: 'Choose what it is; the link keeps the answer.',
  skipped: (count: number) => (count === 1 ? '1 file was skipped' : `${count} files were skipped`),
  noDefaultBackbone: 'No backbone is bundled with this copy of the site.',
  noDefaultStream: 'No task stream is bundled with this copy of the site.',
};
