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
/** Whatever its base was, a host opens nothing before it is asked: the one that is replaced has nothing to close. */
const api: WorkerApi = {
  ...browserHost(self.location.href, parts),
  async configure(base) {
    Object.assign(api, browserHost(base, parts));
  },
};

keepErrorFacts();
expose(api);
