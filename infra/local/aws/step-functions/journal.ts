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
  /** The JSON text as sent. */
  input: z.string(),
  output: z.optional(z.string()),
  error: z.optional(z.string()),
  cause: z.optional(z.string()),
  /** Whether the deliveries of the final status's event have ended. */
  delivered: z.boolean(),
});

/** The state of an execution, as stored. */
export type ExecutionRecord = z.infer<typeof recordSchema>;

/** An execution's name can be used again after this time. */
export const nameLifetimeMs = 90 * 24 * 60 * 60 * 1000;

/** The file that stores the executions of the last 90 days. */
export interface Journal {
  /** By ARN. */
  readonly records: ReadonlyMap<string, ExecutionRecord>;
  /** Appends an execution's new state. It survives a crash of this process once this returns. */
  readonly write: (record: ExecutionRecord) => void;
}

/**
 * Opens the journal, with one line of JSON per change; the last line of an execution counts. A line that a crash cut
 * short was never confirmed to a caller, and is dropped. The file is rewritten at each start, so that it does not grow
 * forever.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const records = new Map<string, ExecutionRecord>();
  for (const line of readLines(path)) {
    const record = parseLine(line);
    if (record !== undefined && record.startDate > Date.now() - nameLifetimeMs)
      records.set(record.executionArn, record);
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
