import * as z from 'zod/mini';
import type { QueueMapping } from '../../../template/model.ts';
import type { Invoke, InvokeOutcome } from '../../invoke.ts';
import type { Message } from '../message.ts';
import type { OpenQueue } from '../queue.ts';
import type { ToMilliseconds } from '../timers.ts';
import { toSqsEvent } from './sqs-event.ts';

/** Lambda starts a mapping without a maximum at this concurrency; here it stays there. */
const defaultConcurrency = 5;

/** A mapping that receives messages of its queue. */
export interface RunningMapping {
  /**
   * Stops receiving, and waits at most `graceMs` for invocations in progress. Messages of unfinished ones become
   * visible again, and their later results are ignored.
   */
  readonly stop: (graceMs: number) => Promise<void>;
}

/**
 * Starts to invoke a function with the messages of a queue, as Lambda's event source mapping does.
 * A batch is received as soon as there are messages, up to the maximum concurrency. Handled messages are deleted.
 * Failed ones stay hidden for the queue's visibility timeout, and finally become dead letters.
 */
export function startMapping(
  mapping: QueueMapping,
  queue: OpenQueue,
  invoke: Invoke,
  toMs: ToMilliseconds,
): RunningMapping {
  const maxConcurrency = mapping.maxConcurrency ?? defaultConcurrency;
  const running = new Map<readonly Message[], Promise<void>>();
  let stopped = false;

  const handle = async (batch: readonly Message[]): Promise<void> => {
    const outcome = await invoke(mapping.functionArn, toSqsEvent(queue.queue, batch)).catch(() => undefined);
    // `stop` has made the messages visible again.
    if (!running.has(batch)) return;
    const failed = findFailedIds(outcome, batch, mapping.reportsFailures);
    queue.remove(batch.filter(({ id }) => !failed.has(id)));
  };
  const receiveBatches = (): void => {
    while (!stopped && running.size < maxConcurrency) {
      const batch = queue.receive(mapping.batchSize, toMs(queue.queue.visibilitySeconds));
      if (batch.length === 0) return;
      const handled = handle(batch).finally(() => {
        running.delete(batch);
        receiveBatches();
      });
      running.set(batch, handled);
    }
  };
  const unwatch = queue.onVisible(receiveBatches);
  receiveBatches();

  return {
    stop: async (graceMs) => {
      stopped = true;
      unwatch();
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(running.values()), grace]);
      clearTimeout(timer);
      const unfinished = [...running.keys()].flat();
      running.clear();
      queue.hide(unfinished, 0);
    },
  };
}

const resultSchema = z.nullish(
  z.object({ batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string() }))) }),
);

/**
 * Finds the ids of the messages that failed
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html): none when the result reports no
 * failures, all when it is malformed or names a message that is not in the batch.
 */
function findFailedIds(
  outcome: InvokeOutcome | undefined,
  batch: readonly Message[],
  reportsFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(batch.map(({ id }) => id));
  if (!outcome?.ok) return all;
  if (!reportsFailures) return new Set();
  const result = z.safeParse(resultSchema, outcome.payload);
  if (!result.success) return all;
  const failed = (result.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}
