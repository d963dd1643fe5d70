import { SaidError, type Sentence } from '../common/said';

/** Images that cannot be used. The message names the file, class or field and what would help. */
export class DataError extends SaidError {
  override readonly name = 'DataError';
  /** The experiment's field that would have to change, such as `stream.split`; null where the files are at fault. */
  readonly field: string | null;

  constructor(what: Sentence, field: string | null = null, options?: ErrorOptions) {
    super(what, options);
    this.field = field;
  }
}
