/** A run record from a file that an argument names. */
import { readFileSync, statSync } from 'node:fs';
import { parseRecordText, RecordError } from '../src/session/migrations';
import type { RunRecord } from '../src/session/record';
import { UsageError } from './usage-error';

/** `option`: what the path was given as, for the error. Throws UsageError. */
export function readRecord(path: string, option: string): RunRecord {
  if (!statSync(path, { throwIfNoEntry: false })) throw new UsageError(`${option}: there is no "${path}".`);
  try {
    return parseRecordText(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof RecordError) throw new UsageError(`${option}: ${error.message}`);
    throw error;
  }
}
