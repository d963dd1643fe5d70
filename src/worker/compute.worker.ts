/** The worker's script: a host whose device, images and algebra are the real ones. */
import { expose } from 'comlink';
import { openDevice } from '../compute/devices';
import { createLinearAlgebra } from '../compute/linalg/create';
import { layerWork } from '../continual/layer-work';
import type { WorkerApi } from './api';
import { browserHost } from './browser-host';
import { keepErrorFacts } from './errors';
import { pooledLayers, startLayerWorker } from './layer-pool';

const linalg = createLinearAlgebra();
const parts = { openDevice, linalg, layers: pooledLayers(startLayerWorker, layerWork(linalg)) };
let host = browserHost(self.location.href, parts);

const api: WorkerApi = {
  async configure(base) {
    host = browserHost(base, parts);
  },
  useDevice: (kind) => host.useDevice(kind),
  provide: (files) => host.provide(files),
  loadBackbone: (experiment, onProgress) => host.loadBackbone(experiment, onProgress),
  loadStream: (experiment, onProgress) => host.loadStream(experiment, onProgress),
  cancelReading: () => host.cancelReading(),
  findDuplicates: () => host.findDuplicates(),
  estimate: (experiment) => host.estimate(experiment),
  stepTimes: (experiment, shapes) => host.stepTimes(experiment, shapes),
  open: (experiment) => host.open(experiment),
  next: (budgetMs, steps) => host.next(budgetMs, steps),
  append: (experiment) => host.append(experiment),
  measure: (experiment) => host.measure(experiment),
  close: () => host.close(),
  predict: (image, top) => host.predict(image, top),
  predictAfter: (task, image, top) => host.predictAfter(task, image, top),
  testImages: (task, count) => host.testImages(task, count),
  lookUpModel: (id) => host.lookUpModel(id),
  keptModels: () => host.keptModels(),
  forgetModel: (id) => host.forgetModel(id),
  models: () => host.models(),
  takeModel: (request) => host.takeModel(request),
  testLabels: () => host.testLabels(),
  record: () => host.record(),
  memory: () => host.memory(),
  decode: (file) => host.decode(file),
  predictBare: (experiment, image, top) => host.predictBare(experiment, image, top),
  golden: (folder, scenario, onProgress) => host.golden(folder, scenario, onProgress),
};

keepErrorFacts();
expose(api);
