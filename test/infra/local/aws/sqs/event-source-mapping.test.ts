import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import type { LocalTemplate, Queue, QueueMapping, Statement } from '../../../../../infra/local/template/model.ts';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';
import { allow, clients, emptyTemplate, eventually, lambda, role, startTestAws, temporaryFolder } from '../test-aws.ts';
import { createQueue, createQueueClient, visibility } from './sqs-queues.ts';

const letters = createQueue('Letters');
const checks = createQueue('Checks', {
  redrive: { deadLetterArn: letters.arn, maxReceiveCount: 3 },
});
/** A visibility timeout that tests wait for. */
const shortTimeout = { visibilitySeconds: 1 };
const requiredActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** The parts of Lambda's event that the tests use. */
const eventSchema = z.looseObject({
  Records: z.array(
    z.looseObject({
      messageId: z.string(),
      body: z.string(),
      attributes: z.looseObject({ ApproximateReceiveCount: z.string() }),
    }),
  ),
});
type SqsEvent = z.infer<typeof eventSchema>;

interface SetUpOptions {
  readonly mapping?: Partial<QueueMapping>;
  readonly queue?: Partial<Queue>;
  readonly rights?: readonly Statement[];
  readonly dataDir?: string;
  readonly work?: (event: SqsEvent) => Promise<InvokeOutcome>;
}

const done: InvokeOutcome = { ok: true, payload: null };
const broken: InvokeOutcome = { ok: false, errorType: 'Error', errorMessage: 'it broke' };

/** Starts a queue that is mapped to a function, with batches of one message unless the mapping says otherwise. */
async function setUp(options: SetUpOptions) {
  const own: Queue = { ...checks, ...options.queue };
  const workRole = role('worker-role', options.rights ?? [allow(requiredActions, own.arn)]);
  const worker = lambda('worker', { role: workRole.arn });
  const mapping: QueueMapping = {
    ...{ uuid: 'm', queueArn: own.arn, functionArn: worker.arn, batchSize: 1, reportsFailures: false, enabled: true },
    ...options.mapping,
  };
  const template: LocalTemplate = {
    ...emptyTemplate,
    ...{ functions: [worker], roles: [workRole], queues: [own, letters], mappings: [mapping] },
  };
  const events: SqsEvent[] = [];
  const aws = await startTestAws({
    ...{ template, visibility, dataDir: options.dataDir ?? (await temporaryFolder()) },
    invoke: async (arn, payload) => {
      expect(arn).toBe(worker.arn);
      const event = z.parse(eventSchema, payload);
      events.push(event);
      return options.work === undefined ? done : options.work(event);
    },
  });
  const [observed, dead] = [() => aws.observe.queues()[0], () => aws.observe.queues()[1]];
  const bodies = () => events.flatMap(({ Records }) => Records.map(({ body }) => body));
  return { aws, events, bodies, observed, dead, ...createQueueClient(clients(aws).queues, own) };
}

describe('an event source mapping', () => {
  it('invokes the function with Lambda’s event and deletes handled messages', async () => {
    const scene = await setUp({});
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'x' } };
    const sent = await scene.send('hello', { MessageAttributes });
    await eventually(() => expect(scene.observed()?.bodies).toEqual([]));
    expect(scene.events).toEqual([
      {
        Records: [
          {
            messageId: sent.MessageId,
            receiptHandle: expect.any(String),
            body: 'hello',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: expect.stringMatching(/^\d{13}$/),
              SenderId: '000000000000',
              ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
            },
            messageAttributes: {
              kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: sent.MD5OfMessageBody,
            eventSource: 'aws:sqs',
            eventSourceARN: checks.arn,
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
  });

  it('respects the batch size and the maximum concurrency', async () => {
    const dataDir = await temporaryFolder();
    const idle = await setUp({ dataDir, mapping: { enabled: false } });
    for (let n = 0; n < 9; n += 1) await idle.send(String(n));
    expect(idle.observed()).toMatchObject({ waiting: 9 });
    await idle.aws.stop();

    let running = 0;
    let maxRunning = 0;
    const gate = Promise.withResolvers<void>();
    const work = async () => {
      running += 1;
      maxRunning = Math.max(maxRunning, running);
      await gate.promise;
      running -= 1;
      return done;
    };
    const scene = await setUp({ dataDir, work, mapping: { batchSize: 2, maxConcurrency: 2 } });
    await eventually(() => expect(running).toBe(2));
    expect(scene.observed()).toMatchObject({ waiting: 5, inFlight: 4 });
    gate.resolve();
    await eventually(() => expect(scene.observed()?.bodies).toEqual([]));
    expect(maxRunning).toBe(2);
    expect(scene.events.map(({ Records }) => Records.length)).toEqual([2, 2, 2, 2, 1]);
    expect(scene.bodies().toSorted()).toEqual([...'012345678']);
  });

  it('retries a failed message after its visibility timeout, and moves one that always fails to the dead-letter queue', async () => {
    const work = async ({ Records: [record] }: SqsEvent) => {
      if (record?.body === 'poison') return broken;
      return record?.body === 'unlucky' && record.attributes.ApproximateReceiveCount === '1' ? broken : done;
    };
    const scene = await setUp({ work, queue: shortTimeout });
    for (const body of ['poison', 'unlucky', 'fine']) await scene.send(body);
    await eventually(() => expect(scene.dead()?.bodies).toEqual(['poison']));
    expect(scene.observed()?.bodies).toEqual([]);
    expect(scene.bodies().toSorted()).toEqual(['fine', 'poison', 'poison', 'poison', 'unlucky', 'unlucky']);
  });

  it('treats a rejected invocation as a failure', async () => {
    let calls = 0;
    const scene = await setUp({
      queue: shortTimeout,
      work: async () => {
        calls += 1;
        if (calls === 1) throw new Error('unreachable');
        return done;
      },
    });
    await scene.send('a');
    await eventually(() => expect(scene.observed()?.bodies).toEqual([]));
    expect(scene.bodies()).toEqual(['a', 'a']);
  });

  it.each([
    ['the messages it names', (id: string) => ({ batchItemFailures: [{ itemIdentifier: id }] }), ['bad']],
    ['no message for a null result', () => null, []],
    ['no message for an empty list', () => ({ batchItemFailures: [] }), []],
    ['no message for a null list', () => ({ batchItemFailures: null }), []],
    ['all messages for an unknown id', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }), ['bad', 'good']],
    ['all messages for an empty id', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), ['bad', 'good']],
    ['all messages for an unknown key', () => ({ batchItemFailures: [{ id: 'x' }] }), ['bad', 'good']],
  ])('with ReportBatchItemFailures keeps %s', async (_, toResult, remaining) => {
    const dataDir = await temporaryFolder();
    const idle = await setUp({ dataDir, mapping: { enabled: false } });
    for (const body of ['good', 'bad']) await idle.send(body);
    await idle.aws.stop();

    const scene = await setUp({
      ...{ dataDir, mapping: { batchSize: 10, reportsFailures: true } },
      work: async ({ Records }) => ({ ok: true, payload: toResult(Records.at(-1)?.messageId ?? '') }),
    });
    await eventually(() => expect(scene.events).toHaveLength(1));
    await eventually(() => expect(scene.observed()?.bodies.toSorted()).toEqual(remaining));
    expect(scene.observed()?.inFlight).toBe(remaining.length);
  });

  it('without ReportBatchItemFailures ignores reported failures', async () => {
    const work = async ({ Records }: SqsEvent): Promise<InvokeOutcome> => ({
      ok: true,
      payload: { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) },
    });
    const scene = await setUp({ work });
    await scene.send('a');
    await eventually(() => expect(scene.observed()?.bodies).toEqual([]));
    expect(scene.bodies()).toEqual(['a']);
  });

  it('makes the messages of unfinished invocations visible again when the grace period ends', async () => {
    const dataDir = await temporaryFolder();
    const gate = Promise.withResolvers<InvokeOutcome>();
    const work = async ({ Records: [record] }: SqsEvent) => (record?.body === 'stuck' ? gate.promise : done);
    const scene = await setUp({ dataDir, work });
    await scene.send('stuck');
    await eventually(() => expect(scene.observed()).toMatchObject({ inFlight: 1 }));
    await scene.aws.stop(1);
    // This result comes too late: the message is visible again.
    gate.resolve(done);

    const again = await setUp({ dataDir });
    await eventually(() => expect(again.bodies()).toEqual(['stuck']));
    expect(again.events[0]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  it('waits for invocations in progress when it is stopped', async () => {
    const dataDir = await temporaryFolder();
    const gate = Promise.withResolvers<InvokeOutcome>();
    const scene = await setUp({ dataDir, work: () => gate.promise });
    await scene.send('a');
    await eventually(() => expect(scene.observed()).toMatchObject({ inFlight: 1 }));
    const stopped = scene.aws.stop();
    gate.resolve(done);
    await stopped;
    const again = await setUp({ dataDir, mapping: { enabled: false } });
    expect(again.observed()?.bodies).toEqual([]);
  });

  it.each(requiredActions)('is refused at the start when the function’s role lacks %s', async (missing) => {
    const rights = [allow(requiredActions.filter((action) => action !== missing))];
    const error = await setUp({ rights }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StartRefused);
    expect(String(error)).toContain(`worker-role is not allowed ${missing} on ${checks.arn}`);
  });
});
