import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { type Message, messageSchema } from './message.ts';

/** What happened to messages of one queue. */
const changeSchema = z.union([
  z.strictObject({ queue: z.string(), put: messageSchema }),
  /** Received, or hidden for another time: id, receives, visible at, first received at. */
  z.strictObject({
    queue: z.string(),
    seen: z.array(z.tuple([z.string(), z.number(), z.number(), z.nullable(z.number())])),
  }),
  z.strictObject({ queue: z.string(), gone: z.array(z.string()) }),
  z.strictObject({ queue: z.string(), purged: z.literal(true) }),
]);

export type Change = z.infer<typeof changeSchema>;

/** Lines that the journal may have beyond those of the messages that are still there. */
const spareLines = 20_000;

export interface Journal {
  /** The messages of the last run, by queue name, in the order they came. */
  readonly kept: ReadonlyMap<string, ReadonlyMap<string, Message>>;
  /** Writes changes down; they survive a crash of this process once this returns. */
  readonly write: (changes: readonly Change[]) => void;
  /** What is written after this is refused: the file may be another start's. */
  readonly close: () => void;
}

/**
 * Opens the journal of all queues: one line of JSON per change. A line cut short by a crash was never answered for, and
 * is dropped. Rewritten at each start, and when most of it is about messages that are gone.
 * @param live what the queues hold when it is rewritten; only asked from within `write`
 */
export function openJournal(path: string, live: () => Iterable<readonly [string, Message]>): Journal {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const kept = new Map<string, Map<string, Message>>();
  for (const line of readLines(path)) apply(kept, line);

  let least = rewrite(path, messagesIn(kept));
  let lines = least;
  let closed = false;
  return {
    kept,
    write: (changes) => {
      if (closed) throw new Error('The journal of the queues is closed.');
      // First, while what is live is what has been written.
      if (lines > 2 * least + spareLines) {
        least = rewrite(path, live());
        lines = least;
      }
      appendLines(path, changes);
      lines += changes.length;
    },
    close: () => {
      closed = true;
    },
  };
}

function* messagesIn(kept: Journal['kept']): Generator<readonly [string, Message]> {
  for (const [queue, messages] of kept) for (const message of messages.values()) yield [queue, message];
}

/** Puts a new file in place of the journal, whole or not at all; gives its lines. */
function rewrite(path: string, live: Iterable<readonly [string, Message]>): number {
  writeFileSync(`${path}.new`, '', { mode: 0o600 });
  let lines = 0;
  let pending: Change[] = [];
  for (const [queue, put] of live) {
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

function apply(kept: Map<string, Map<string, Message>>, line: string): void {
  const change = parseLine(line);
  if (change === undefined) return;
  const messages = kept.get(change.queue) ?? new Map<string, Message>();
  kept.set(change.queue, messages);
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
