import { SaidError } from '../../common/said';

/** The browser takes no more, or nothing at all; the message says so and what is safe. */
export class StorageError extends SaidError {
  override readonly name = 'StorageError';
}
