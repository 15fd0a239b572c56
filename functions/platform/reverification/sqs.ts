import { loadOnce } from '../runtime/load-once.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';
import { eachBatch } from './send-batches.ts';

/** SQS's SDK and one client, loaded when first used. A queue's URL names it; where SQS is, the client knows. */
const sqs = loadOnce(async () => {
  const sdk = await import('@aws-sdk/client-sqs');
  return { sdk, client: new sdk.SQSClient({ useQueueUrlAsEndpoint: false }) };
});

/** Of one request (SQS, "Amazon SQS message quotas"): messages, and 1 MiB of them with room for what surrounds them. */
const limits = { entries: 10, bytes: 1_000_000 } as const;

/**
 * Puts messages into a queue, in any number and order.
 *
 * @throws Throttled
 * @throws Error when some could not be put there, once tried again
 */
export async function sendToQueue(QueueUrl: string, bodies: readonly string[]): Promise<void> {
  if (bodies.length === 0) return;
  const { sdk, client } = await sqs();
  await eachBatch(bodies, Buffer.byteLength, limits, async (batch) => {
    const Entries = batch.map((MessageBody, at) => ({ Id: String(at), MessageBody }));
    const { Failed = [] } = await mapThrottling(client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries })));
    const failed = new Set(Failed.map(({ Id }) => Id));
    return batch.filter((_, at) => failed.has(String(at)));
  });
}
