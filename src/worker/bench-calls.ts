/** The host's calls that need no run: what is loaded, what it shows, what the untouched backbone says. */
import { said } from '../common/said';
import { findDuplicates } from '../data/duplicates';
import { compareGolden } from '../golden/golden';
import type { LabHost } from './api';
import type { Bench } from './bench';
import { HostStateError, type HostParts } from './host-parts';
import { picturesOf, sampleTests, summariseStream } from './loaded-stream';
import { predictWithHead } from './predict';

export function benchCalls(bench: Bench, { sources, linalg, decode }: Pick<HostParts, 'sources' | 'linalg' | 'decode'>) {
  function loaded<T>(what: T | null): T {
    if (what === null) throw new HostStateError(said`No stream is loaded.`);
    return what;
  }
  return {
    async useDevice(kind) {
      const { device, unavailable } = await bench.device(kind);
      return { chosen: device.info, unavailable };
    },
    provide: (files) => bench.provide(files),
    loadBackbone: async (experiment, onProgress) => (await bench.backbone(experiment, onProgress)).summary,
    async loadStream(experiment, onProgress) {
      const summary = summariseStream(await bench.stream(experiment, onProgress));
      return { ...summary, own: bench.images()?.own };
    },
    cancelReading: async () => bench.cancelReading(),
    findDuplicates: async () => findDuplicates(loaded(bench.images()).value),
    testImages: async (task, count) => sampleTests(loaded(bench.tasks()), task, count),
    trainImages: async (task, places) => picturesOf(loaded(bench.tasks()), task, places),
    testLabels: async () => bench.tasks()?.stream.tasks.map(({ test }) => Array.from(test.labels)) ?? [],
    testFiles: async () => bench.tasks()?.testFiles() ?? [],
    async predictBare(experiment, image, top) {
      const { checkpoint } = await bench.backbone(experiment);
      const model = await bench.model(experiment);
      return bench.turns.take(() => predictWithHead(model, checkpoint.head, image, experiment.stream.resize, top));
    },
    async decode(file) {
      const { width, height, rgb } = await decode(new Uint8Array(await file.arrayBuffer()));
      return { width, height, pixels: rgb };
    },
    async golden(folder, scenario, onProgress) {
      await bench.clear();
      const { device } = await bench.device();
      const read = (name: string) => sources.read(`${folder}/${name}`);
      const comparison = compareGolden(read, scenario, device, linalg, { names: sources.names(`${folder}/`) });
      let next = await comparison.next();
      for (; !next.done; next = await comparison.next()) onProgress(next.value);
      return next.value;
    },
    memory: async () => bench.opened()?.device.memory() ?? { buffers: 0, bytes: 0 },
  } satisfies Partial<LabHost>;
}
