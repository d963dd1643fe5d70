import { freshLora } from '../lora';
import type { MethodContext } from '../method';
import { SequentialTraining } from '../sequential';

export interface SequentialLoraOptions {
  readonly rank: number;
  /** `up`: B keeps its random start and A alone learns, as in InfLoRA; what differs from InfLoRA then is how B is chosen, and the memory. */
  readonly factors?: 'both' | 'up';
}

/** One pair of low-rank factors on K and V, trained on through all tasks; nothing guards what earlier tasks wrote there. */
export class SequentialLora extends SequentialTraining {
  constructor(context: MethodContext, { rank, factors = 'both' }: SequentialLoraOptions) {
    super(context, { backbone: 'none', adapters: factors });
    context.model.attach(freshLora(context.model.config, rank, context.rng.fork('lora')));
  }
}
