/** Bad arguments or a bad experiment: exit code 2. The message names the argument or field. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
