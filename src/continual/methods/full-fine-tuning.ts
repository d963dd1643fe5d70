import type { MethodContext } from '../method';
import { SequentialTraining } from '../sequential';

/** All weights of the backbone go on learning with every task: the plainest way to learn, and to forget. */
export class FullFineTuning extends SequentialTraining {
  constructor(context: MethodContext) {
    super(context, { backbone: 'all', adapters: 'none' });
  }
}
