import type { Queue } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import type { Log } from '../invoke.ts';
import { openJournal } from './journal.ts';
import type { Message } from './message.ts';
import { type OpenQueue, openQueue } from './queue.ts';

/** A queue's content, for tests and the operator. */
export interface ObservedQueue {
  readonly name: string;
  /** Messages that a receiver would get now. */
  readonly waiting: number;
  /** Received messages that are neither deleted nor visible again. */
  readonly inFlight: number;
  /** New messages whose delay has not ended. */
  readonly delayed: number;
  /** The bodies of all messages, in the order of arrival. */
  readonly bodies: readonly string[];
}

/** All queues of the account. */
export interface Queues {
  readonly find: (arn: string) => OpenQueue | undefined;
  readonly observe: () => readonly ObservedQueue[];
  /** Closes the queues and the journal; later searches find no queue. */
  readonly close: () => void;
}

/**
 * Opens the queues of a template with their stored messages. Messages of queues that the template no longer has are
 * lost, as when a deployment deletes a queue.
 * @param journal the path of the file that stores the messages
 * @throws StartRefused for a dead-letter queue that is not another queue of the template
 */
export function openQueues(declared: readonly Queue[], journal: string, log: Log): Queues {
  const queues = new Map<string, OpenQueue>();
  const listQueues = (): readonly OpenQueue[] => [...queues.values()];
  for (const { name, arn, redrive } of declared) {
    if (redrive === undefined) continue;
    const exists = declared.some((other) => other.arn === redrive.deadLetterArn && other.arn !== arn);
    if (!exists) refuse(`The dead-letter queue of ${name} is not another queue of the template.`);
  }
  const { stored, write, close } = openJournal(journal, function* () {
    for (const { queue, messages } of listQueues()) {
      for (const message of messages()) yield [queue.name, message] as const;
    }
  });
  for (const queue of declared) {
    const deadLetterArn = queue.redrive?.deadLetterArn;
    queues.set(
      queue.arn,
      openQueue({
        queue,
        stored: stored.get(queue.name)?.values() ?? [],
        write,
        findDeadLetterQueue: () => (deadLetterArn === undefined ? undefined : queues.get(deadLetterArn)),
        onDeadLetter: () => log(`A message of ${queue.name} became a dead letter: it was received too often.`),
      }),
    );
  }
  let closed = false;
  return {
    find: (arn) => (closed ? undefined : queues.get(arn)),
    observe: () => {
      // All timeouts are applied first, because a queue may move dead letters to another.
      for (const { applyTimeouts } of listQueues()) applyTimeouts();
      return listQueues().map(({ queue, countMessages, messages }) => ({
        name: queue.name,
        ...countMessages(),
        bodies: Array.from(messages(), ({ body }: Message) => body),
      }));
    },
    close: () => {
      closed = true;
      for (const queue of listQueues()) queue.close();
      close();
    },
  };
}
