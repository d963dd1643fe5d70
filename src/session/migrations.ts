/** Records of earlier versions are lifted step by step; records of later versions are refused by name. */
import { issueSaid } from '../common/issue';
import { SaidError, said } from '../common/said';
import * as v from 'valibot';
import { everyReading } from './migrate-to-2';
import { RECORD_SCHEMA, recordSchema, type RunRecord } from './record';

/** Lifts a record from schema `to - 1` to schema `to`. */
export interface Migration {
  readonly to: number;
  readonly up: (record: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

/** A run record that cannot be read; the message names what is wrong and what to do. */
export class RecordError extends SaidError {
  override readonly name = 'RecordError';
}

/** A record written by a later version of this site. */
export class NewerSchemaError extends RecordError {
  constructor(found: number, known: number) {
    super(
      said`This run record was written by a newer version (schema ${found}; this one reads up to ${known}). Open it on an up-to-date site.`,
    );
  }
}

const migrations: readonly Migration[] = [{ to: 2, up: everyReading }];

/** Throws when the migrations are not numbered 2, 3, … up to `newest`: a mistake of ours, found at start. */
export function checkMigrations(list: readonly Migration[], newest: number): void {
  list.forEach((migration, i) => {
    if (migration.to !== i + 2) throw new Error(`Migration ${i + 1} leads to schema ${migration.to}, expected ${i + 2}.`);
  });
  if (list.length + 1 !== newest) throw new Error(`Migrations reach schema ${list.length + 1}, the record is at ${newest}.`);
}
checkMigrations(migrations, RECORD_SCHEMA);

/** Lifts `value` to `newest`. Throws NewerSchemaError or RecordError. */
export function migrate(value: unknown, list: readonly Migration[], newest: number): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'inflora-run') {
    throw new RecordError(said`This file is not a run record of InfLoRA Playground (kind "inflora-run" is missing).`);
  }
  const schema = 'schema' in value ? value.schema : undefined;
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1) {
    throw new RecordError(said`The run record has no usable schema version.`);
  }
  if (schema > newest) throw new NewerSchemaError(schema, newest);
  return list
    .filter((migration) => migration.to > schema)
    .reduce<Record<string, unknown>>((record, migration) => ({ ...migration.up(record), schema: migration.to }), { ...value });
}

/** Every row has one entry per task it judges, and all rows belong to tasks of the stream. */
function checkShape(record: RunRecord): void {
  for (const method of record.methods) {
    for (const result of method.results) {
      const where = said`methods "${method.id}", task ${result.task}`;
      if (result.task >= record.stream.tasks.length) throw new RecordError(said`The run record is damaged: ${where} is not in the stream.`);
      for (const [id, { classIncremental, taskAware }] of Object.entries(result.readings)) {
        for (const row of [classIncremental, taskAware]) {
          if (row.length === result.task + 1) continue;
          throw new RecordError(
            said`The run record is damaged: ${where}, read by "${id}", has ${row.length} accuracies, expected ${result.task + 1}.`,
          );
        }
      }
    }
  }
}

/** A run record from parsed JSON, migrated and validated. Throws RecordError naming the field. */
export function parseRecord(json: unknown): RunRecord {
  const result = v.safeParse(recordSchema, migrate(json, migrations, RECORD_SCHEMA));
  if (!result.success) {
    const issue = result.issues[0];
    throw new RecordError(said`The run record is damaged: field "${v.getDotPath(issue) ?? '(root)'}": ${issueSaid(issue)}`);
  }
  checkShape(result.output);
  return result.output;
}

/** As `parseRecord`, from text. */
export function parseRecordText(text: string): RunRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new RecordError(said`This file is not JSON, so it is not a run record.`);
  }
  return parseRecord(json);
}
