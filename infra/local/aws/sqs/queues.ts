import type { Queue } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import type { Log } from '../invoke.ts';
import { openJournal } from './journal.ts';
import type { Message } from './message.ts';
import { type OpenQueue, openQueue } from './queue.ts';

/** A queue, as an observer sees it. */
export interface ObservedQueue {
  readonly name: string;
  /** Messages that a receiver would get now. */
  readonly waiting: number;
  /** Messages that somebody received and has neither deleted nor kept too long. */
  readonly inFlight: number;
  /** New ones whose delay is not over. */
  readonly delayed: number;
  /** Of all of them, in the order they came. */
  readonly bodies: readonly string[];
}

export interface Queues {
  readonly find: (arn: string) => OpenQueue | undefined;
  readonly observe: () => readonly ObservedQueue[];
  /** Nothing is found or kept after this. */
  readonly close: () => void;
}

/**
 * Opens the queues of a template with what they held. Messages of queues that the template no longer has are gone, as
 * with a queue that a deployment deletes.
 * @param journal path of the file that keeps them
 * @throws StartRefused for a dead letter queue that is not another queue of the template
 */
export function openQueues(declared: readonly Queue[], journal: string, log: Log): Queues {
  const queues = new Map<string, OpenQueue>();
  const inOrder = (): readonly OpenQueue[] => [...queues.values()];
  for (const { name, arn, redrive } of declared) {
    if (redrive === undefined) continue;
    const known = declared.some((other) => other.arn === redrive.deadLetterArn && other.arn !== arn);
    if (!known) refuse(`The dead letter queue of ${name} is not another queue of the template.`);
  }
  const { kept, write, close } = openJournal(journal, function* () {
    for (const { queue, messages } of inOrder()) {
      for (const message of messages()) yield [queue.name, message] as const;
    }
  });
  for (const queue of declared) {
    const deadLetterArn = queue.redrive?.deadLetterArn;
    queues.set(
      queue.arn,
      openQueue({
        queue,
        kept: kept.get(queue.name)?.values() ?? [],
        write,
        deadLetters: () => (deadLetterArn === undefined ? undefined : queues.get(deadLetterArn)),
        onDeadLetter: () => log(`A message of ${queue.name} was received too often; it is a dead letter now.`),
      }),
    );
  }
  let closed = false;
  return {
    find: (arn) => (closed ? undefined : queues.get(arn)),
    observe: () => {
      // All first: one may give its dead letters to another.
      for (const { settle } of inOrder()) settle();
      return inOrder().map(({ queue, counts, messages }) => ({
        name: queue.name,
        ...counts(),
        bodies: Array.from(messages(), ({ body }: Message) => body),
      }));
    },
    close: () => {
      closed = true;
      for (const queue of inOrder()) queue.close();
      close();
    },
  };
}
