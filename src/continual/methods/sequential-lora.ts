import { freshLora } from '../lora';
import type { MethodContext } from '../method';
import { SequentialTraining } from '../sequential';

export interface SequentialLoraOptions {
  readonly rank: number;
}

/** One pair of low-rank factors on K and V, trained on through all tasks; nothing guards what earlier tasks wrote there. */
export class SequentialLora extends SequentialTraining {
  constructor(context: MethodContext, { rank }: SequentialLoraOptions) {
    super(context, { backbone: 'none', adapters: 'both' });
    context.model.attach(freshLora(context.model.config, rank, context.rng.fork('lora')));
  }
}
