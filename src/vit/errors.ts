/** A weights file that cannot be used. The message names the tensor or field and what would help. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  /** The tensor that told, where one did. */
  readonly tensor: string | null;

  constructor(message: string, tensor: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.tensor = tensor;
  }
}
