/** The script of a worker that does nothing but the subspaces of layers. */
import { expose } from 'comlink';
import { createLinearAlgebra } from '../compute/linalg/create';
import { layerWork } from '../continual/layer-work';
import { keepErrorFacts } from './errors';

keepErrorFacts();
expose(layerWork(createLinearAlgebra()));
