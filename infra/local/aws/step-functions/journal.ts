import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';

const recordSchema = z.object({
  executionArn: z.string(),
  stateMachineArn: z.string(),
  name: z.string(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
  /** Milliseconds since 1970. */
  startDate: z.number(),
  stopDate: z.optional(z.number()),
  /** As it was sent: JSON. */
  input: z.string(),
  output: z.optional(z.string()),
  error: z.optional(z.string()),
  cause: z.optional(z.string()),
  /** Whether the event of the final status has been handed to its targets, or given up. */
  delivered: z.boolean(),
});

export type ExecutionRecord = z.infer<typeof recordSchema>;

/** An execution's name can be used again after this long. */
export const nameLifeMs = 90 * 24 * 60 * 60 * 1000;

/** What became of every execution of the last 90 days, by ARN, as far as it was written down. */
export interface Journal {
  readonly records: ReadonlyMap<string, ExecutionRecord>;
  /** Writes the execution's new state down; it survives a crash once this returns. */
  readonly write: (record: ExecutionRecord) => void;
}

/**
 * Opens the journal: one line of JSON per change, the last of an execution holds. A line cut short by a crash was never
 * answered for, and is dropped. Rewritten at each start, so that it does not grow for ever.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const records = new Map<string, ExecutionRecord>();
  for (const line of readLines(path)) {
    const record = parseLine(line);
    if (record !== undefined && record.startDate > Date.now() - nameLifeMs) records.set(record.executionArn, record);
  }
  const lines = [...records.values()].map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return {
    records,
    write: (record) => {
      records.set(record.executionArn, record);
      appendFileSync(path, `${JSON.stringify(record)}\n`);
    },
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function parseLine(line: string): ExecutionRecord | undefined {
  try {
    return z.parse(recordSchema, JSON.parse(line));
  } catch {
    return undefined;
  }
}
