import { eventSource } from '../../core/events/events.ts';
import type { PublishEvents } from '../../core/events/ports.ts';
import { eachBatch } from '../reverification/send-batches.ts';
import { variable } from '../runtime/environment.ts';
import { loadOnce } from '../runtime/load-once.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';

/** EventBridge's SDK and one client, loaded when first used. */
const eventBridge = loadOnce(async () => {
  const sdk = await import('@aws-sdk/client-eventbridge');
  return { sdk, client: new sdk.EventBridgeClient({}) };
});

/** Of one request (EventBridge, "Calculating PutEvents event entry size"): what every Region takes. */
const limits = { entries: 10, bytes: 250_000 } as const;

/** Puts events on the deployment's bus. */
export const publishEvents: PublishEvents = async (events) => {
  if (events.length === 0) return;
  const { sdk, client } = await eventBridge();
  const entries = events.map(({ type, detail }) => ({
    EventBusName: variable('EVENT_BUS_NAME'),
    Source: eventSource,
    DetailType: type,
    Detail: JSON.stringify(detail),
  }));
  const bytesOf = ({ Source, DetailType, Detail }: (typeof entries)[number]): number =>
    Buffer.byteLength(`${Source}${DetailType}${Detail}`);
  await eachBatch(entries, bytesOf, limits, async (batch) => {
    const command = new sdk.PutEventsCommand({ Entries: [...batch] });
    const { Entries: results = [] } = await mapThrottling(client.send(command));
    return batch.filter((_, at) => results[at]?.ErrorCode !== undefined);
  });
};
