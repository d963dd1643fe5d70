import { SaidError, type Sentence } from '../common/said';

/** A weights file that cannot be used. The message names the tensor or field and what would help. */
export class CheckpointError extends SaidError {
  override readonly name = 'CheckpointError';
  /** The tensor that told, where one did. */
  readonly tensor: string | null;

  constructor(what: Sentence, tensor: string | null = null, options?: ErrorOptions) {
    super(what, options);
    this.tensor = tensor;
  }
}
