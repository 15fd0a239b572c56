import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { type Message, messageSchema } from './message.ts';

/** One change to the messages of a queue. */
const changeSchema = z.union([
  z.strictObject({ queue: z.string(), put: messageSchema }),
  /** Messages that were received or hidden: id, receive count, visible at, first received at. */
  z.strictObject({
    queue: z.string(),
    seen: z.array(z.tuple([z.string(), z.number(), z.number(), z.nullable(z.number())])),
  }),
  z.strictObject({ queue: z.string(), gone: z.array(z.string()) }),
  z.strictObject({ queue: z.string(), purged: z.literal(true) }),
]);

export type Change = z.infer<typeof changeSchema>;

/** The journal is rewritten when it exceeds twice its smallest size by this many lines. */
const maxSpareLines = 20_000;

/** The file that stores the messages of all queues. */
export interface Journal {
  /** The messages of the last run by queue name, in the order of arrival. */
  readonly stored: ReadonlyMap<string, ReadonlyMap<string, Message>>;
  /** Appends changes. They survive a crash of this process once this returns. */
  readonly write: (changes: readonly Change[]) => void;
  /** Makes later writes throw, because another start may already use the file. */
  readonly close: () => void;
}

/**
 * Opens the journal of all queues, with one line of JSON per change. A line that a crash cut short was never confirmed
 * to a caller, and is dropped. The file is rewritten at each start, and when most of it concerns deleted messages.
 * @param listMessages gives the current messages for a rewrite, with their queues' names; it is called within `write`
 *   only
 */
export function openJournal(path: string, listMessages: () => Iterable<readonly [string, Message]>): Journal {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const stored = new Map<string, Map<string, Message>>();
  for (const line of readLines(path)) applyLine(stored, line);

  let linesAfterRewrite = rewrite(path, flattenMessages(stored));
  let lines = linesAfterRewrite;
  let closed = false;
  return {
    stored,
    write: (changes) => {
      if (closed) throw new Error('The journal of the queues is closed.');
      // Rewritten first, while memory and file hold the same messages.
      if (lines > 2 * linesAfterRewrite + maxSpareLines) {
        linesAfterRewrite = rewrite(path, listMessages());
        lines = linesAfterRewrite;
      }
      appendLines(path, changes);
      lines += changes.length;
    },
    close: () => {
      closed = true;
    },
  };
}

function* flattenMessages(stored: Journal['stored']): Generator<readonly [string, Message]> {
  for (const [queue, messages] of stored) for (const message of messages.values()) yield [queue, message];
}

/** Replaces the journal's file atomically. @returns its number of lines */
function rewrite(path: string, messages: Iterable<readonly [string, Message]>): number {
  writeFileSync(`${path}.new`, '', { mode: 0o600 });
  let lines = 0;
  let pending: Change[] = [];
  for (const [queue, put] of messages) {
    pending.push({ queue, put });
    lines += 1;
    if (pending.length < 100) continue;
    appendLines(`${path}.new`, pending);
    pending = [];
  }
  appendLines(`${path}.new`, pending);
  renameSync(`${path}.new`, path);
  return lines;
}

function appendLines(path: string, changes: readonly Change[]): void {
  appendFileSync(path, changes.map((change) => `${JSON.stringify(change)}\n`).join(''));
}

function applyLine(stored: Map<string, Map<string, Message>>, line: string): void {
  const change = parseLine(line);
  if (change === undefined) return;
  const messages = stored.get(change.queue) ?? new Map<string, Message>();
  stored.set(change.queue, messages);
  if ('put' in change) messages.set(change.put.id, change.put);
  else if ('gone' in change) for (const id of change.gone) messages.delete(id);
  else if ('purged' in change) messages.clear();
  else {
    for (const [id, receives, visibleAt, firstReceivedAt] of change.seen) {
      const message = messages.get(id);
      if (message === undefined) continue;
      Object.assign(message, { receives, visibleAt });
      if (firstReceivedAt !== null) message.firstReceivedAt = firstReceivedAt;
    }
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function parseLine(line: string): Change | undefined {
  try {
    return z.parse(changeSchema, JSON.parse(line));
  } catch {
    return undefined;
  }
}
