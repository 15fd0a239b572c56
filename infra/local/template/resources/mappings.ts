import * as z from 'zod/mini';
import { whole } from '../integer-schema.ts';
import type { LocalFunction, Queue, QueueMapping } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';

const mappingSchema = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  /** More than ten need a batching window. */
  BatchSize: z._default(whole(1, 10), 10),
  Enabled: z._default(z.boolean(), true),
  FunctionResponseTypes: z._default(z.array(z.literal('ReportBatchItemFailures')), []),
  MaximumBatchingWindowInSeconds: z.optional(z.literal(0)),
  ScalingConfig: z.optional(z.strictObject({ MaximumConcurrency: z.optional(whole(2, 1000)) })),
});

/**
 * The event source mappings of the stack.
 * @throws StartRefused for a source that is not a queue of the template, for a filter or a batching window, and for a
 *   queue that shows messages again while the function may still be at work on them, as Lambda does
 */
export function readMappings(
  stack: Stack,
  functions: readonly LocalFunction[],
  queues: readonly Queue[],
): readonly QueueMapping[] {
  return stack.of('AWS::Lambda::EventSourceMapping').map((resource): QueueMapping => {
    const read = stack.read(resource, mappingSchema, ['Tags']);
    const queue = queues.find(({ arn }) => arn === read.EventSourceArn);
    if (queue === undefined) return refuse(`${resource.title} has a source that is not a queue of the template.`);
    const fn = functions.find(({ name, arn }) => name === read.FunctionName || arn === read.FunctionName);
    if (fn === undefined) return refuse(`${resource.title} names an unknown function.`);
    if (queue.visibilitySeconds < fn.timeoutSeconds) {
      refuse(
        `${resource.title}: the queue's visibility time-out (${queue.visibilitySeconds} s) is less than the function's time-out (${fn.timeoutSeconds} s).`,
      );
    }
    const maxConcurrency = read.ScalingConfig?.MaximumConcurrency;
    return {
      uuid: stack.identity(resource).ref,
      queueArn: queue.arn,
      functionArn: fn.arn,
      batchSize: read.BatchSize,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      reportsFailures: read.FunctionResponseTypes.length > 0,
      enabled: read.Enabled,
    };
  });
}
