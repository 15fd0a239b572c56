import * as z from 'zod/mini';
import type { QueueMapping } from '../../../template/model.ts';
import type { Invoke, InvokeOutcome } from '../../invoke.ts';
import type { Message } from '../message.ts';
import type { Wait } from '../open-sqs.ts';
import type { OpenQueue } from '../queue.ts';
import { sqsEvent } from './lambda-event.ts';

/** Without a maximum, Lambda begins with this many batches at a time; here it stays with them. */
const startingConcurrency = 5;

/** A mapping that takes messages of its queue. */
export interface RunningMapping {
  /**
   * Takes no more, and waits at most so long for the invocations under way. Messages of those that are not done by then
   * become visible again; what they answer later counts for nothing.
   */
  readonly stop: (graceMs: number) => Promise<void>;
}

/**
 * Invokes a function with the messages of a queue, as an event source mapping does: a batch as soon as there are
 * messages, so many batches at a time, messages deleted when the function is done with them. Those it failed on stay
 * hidden for the queue's visibility time-out, and are dead letters in the end.
 */
export function startMapping(mapping: QueueMapping, queue: OpenQueue, invoke: Invoke, wait: Wait): RunningMapping {
  const limit = mapping.maxConcurrency ?? startingConcurrency;
  const running = new Map<readonly Message[], Promise<void>>();
  let stopped = false;

  const handle = async (batch: readonly Message[]): Promise<void> => {
    const outcome = await invoke(mapping.functionArn, sqsEvent(queue.queue, batch)).catch(() => undefined);
    // Given back meanwhile, or the queue is closed.
    if (!running.has(batch)) return;
    const failed = failedOf(outcome, batch, mapping.reportsFailures);
    queue.remove(batch.filter(({ id }) => !failed.has(id)));
  };
  const pump = (): void => {
    while (!stopped && running.size < limit) {
      const batch = queue.receive(mapping.batchSize, wait(queue.queue.visibilitySeconds));
      if (batch.length === 0) return;
      const handled = handle(batch).finally(() => {
        running.delete(batch);
        pump();
      });
      running.set(batch, handled);
    }
  };
  const unwatch = queue.onVisible(pump);
  pump();

  return {
    stop: async (graceMs) => {
      stopped = true;
      unwatch();
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(running.values()), grace]);
      clearTimeout(timer);
      const undone = [...running.keys()].flat();
      running.clear();
      queue.hide(undone, 0);
    },
  };
}

const answerSchema = z.nullish(
  z.object({ batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string() }))) }),
);

/**
 * Ids of the messages that failed (Lambda Developer Guide, "Implementing partial batch responses"): none when the answer
 * says nothing of failures, all when it says something else, or names a message that is not in the batch.
 */
function failedOf(
  outcome: InvokeOutcome | undefined,
  batch: readonly Message[],
  reports: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ id }) => id));
  if (!outcome?.ok) return all;
  if (!reports) return new Set();
  const answer = z.safeParse(answerSchema, outcome.payload);
  if (!answer.success) return all;
  const failed = (answer.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}
