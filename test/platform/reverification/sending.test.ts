import { afterAll, beforeAll } from 'vitest';
import { sendingConformance } from '../../conformance/reverification/sending.ts';
import { createQueue } from '../../infra/local/aws/sqs/sqs-queues.ts';
import {
  account,
  emptyTemplate,
  region,
  startTestAws,
  type TestAws,
  temporaryFolder,
} from '../../infra/local/aws/test-aws.ts';

const bus = { name: 'events', arn: `arn:aws:events:${region}:${account}:event-bus/events`, admits: [] };
const queues = [createQueue('checks'), createQueue('notices')];

let wire: TestAws;

/** Queues that nobody empties, so that what was sent can be looked at. */
beforeAll(async () => {
  wire = await startTestAws(
    { template: { ...emptyTemplate, queues, buses: [bus] }, dataDir: await temporaryFolder(afterAll) },
    afterAll,
  );
  const credentials = wire.administrator();
  Object.assign(process.env, wire.environment(), {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    CHECKS_QUEUE_URL: queues[0]?.url,
    NOTICES_QUEUE_URL: queues[1]?.url,
    EVENT_BUS_NAME: bus.name,
  });
});

const bodiesOf = (name: string): readonly string[] =>
  wire.observe.queues().find((one) => one.name === name)?.bodies ?? [];

sendingConformance('by SQS and EventBridge', async () => ({
  sendChecks: (await import('../../../functions/platform/reverification/check-queue.ts')).sendChecks,
  sendNotices: (await import('../../../functions/platform/reverification/storage-event-queue.ts')).sendStorageEvents,
  publish: (await import('../../../functions/platform/events/publish-events.ts')).publishEvents,
  checks: () => bodiesOf('checks').map((body): unknown => JSON.parse(body)),
  notices: () => bodiesOf('notices').map((body): unknown => JSON.parse(body)),
  published: () =>
    wire.observe
      .events()
      .filter(({ bus: on, event }) => on === bus.name && event['source'] === 'storage-connections')
      .map(({ event }) => ({ type: String(event['detail-type']), detail: event['detail'] })),
}));
