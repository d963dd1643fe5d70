/** All kept runs as one zip: the list, each run's record as the page saves it, and the states of those that can go on. */
import { strFromU8, strToU8, unzipSync, zipSync, type Zippable } from 'fflate';
import * as v from 'valibot';
import { parseRecordText } from '../../session/migrations';
import type { RunRecord } from '../../session/record';
import type { Texts } from '../text/en';
import { keptRun, type KeptRun } from './kept-run';
import type { Shelf } from './shelf';

export interface ArchivedRun {
  readonly run: KeptRun;
  readonly record: RunRecord;
  readonly state: Uint8Array<ArrayBuffer> | null;
}

const LIST = 'list.json';
const recordName = (id: string) => `records/${id}.json`;
const stateName = (id: string) => `states/${id}.run`;

/** Runs whose record cannot be read are left out. */
export async function packRuns(shelf: Shelf, runs: readonly KeptRun[]): Promise<Blob> {
  const files: Zippable = {};
  const packed: KeptRun[] = [];
  for (const run of runs) {
    const record = await shelf.record(run.id).catch(() => null);
    if (record === null) continue;
    packed.push(run);
    files[recordName(run.id)] = strToU8(JSON.stringify(record));
    const state = await shelf.state(run.id).catch(() => null);
    if (state !== null) files[stateName(run.id)] = [new Uint8Array(await state.arrayBuffer()), { level: 0 }];
  }
  files[LIST] = strToU8(JSON.stringify(packed));
  return new Blob([zipSync(files)], { type: 'application/zip' });
}

/** Throws where the file is no archive of runs; runs that this build cannot read are counted. */
export async function unpackRuns(text: Texts, file: Blob): Promise<{ readonly runs: readonly ArchivedRun[]; readonly unread: number }> {
  const notOurs = new Error(text.runs.notAnArchive);
  let files: ReturnType<typeof unzipSync>;
  let rows: unknown;
  try {
    files = unzipSync(new Uint8Array(await file.arrayBuffer()));
    rows = JSON.parse(strFromU8(files[LIST] ?? new Uint8Array(0)));
  } catch {
    throw notOurs;
  }
  if (!Array.isArray(rows)) throw notOurs;
  const runs = rows.flatMap((row): ArchivedRun[] => {
    const parsed = v.safeParse(keptRun, row);
    const written = parsed.success ? files[recordName(parsed.output.id)] : undefined;
    if (!parsed.success || written === undefined) return [];
    try {
      const record = parseRecordText(strFromU8(written));
      return [{ run: parsed.output, record, state: files[stateName(parsed.output.id)] ?? null }];
    } catch {
      return [];
    }
  });
  return { runs, unread: rows.length - runs.length };
}
