import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { openQueues } from '../../../../../infra/local/aws/sqs/queues.ts';
import type { LocalTemplate, Queue, QueueMapping, Statement } from '../../../../../infra/local/template/model.ts';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';
import { allow, clients, emptyTemplate, eventually, lambda, role, startTestAws, temporaryFolder } from '../test-aws.ts';
import { on, queue, visibility } from './sqs-queues.ts';

const letters = queue('Letters');
const checks = queue('Checks', {
  redrive: { deadLetterArn: letters.arn, maxReceiveCount: 3 },
});
/** What a test waits for. */
const brief = { visibilitySeconds: 1 };
const needed = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** As much of Lambda's event as the tests go by. */
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

interface Stand {
  readonly mapping?: Partial<QueueMapping>;
  readonly queue?: Partial<Queue>;
  readonly rights?: readonly Statement[];
  readonly dataDir?: string;
  readonly work?: (event: SqsEvent) => Promise<InvokeOutcome>;
}

const done: InvokeOutcome = { ok: true, payload: null };
const broken: InvokeOutcome = { ok: false, errorType: 'Error', errorMessage: 'it broke' };

/** A queue whose messages a function is invoked with, one at a time per invocation unless the mapping says more. */
async function stand(options: Stand) {
  const own: Queue = { ...checks, ...options.queue };
  const workRole = role('worker-role', options.rights ?? [allow(needed, own.arn)]);
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
  return { aws, events, bodies, observed, dead, ...on(clients(aws).queues, own) };
}

describe('a mapping', () => {
  it('invokes the function with Lambda’s event, and deletes what it is done with', async () => {
    const one = await stand({});
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'x' } };
    const sent = await one.send('hello', { MessageAttributes });
    await eventually(() => expect(one.observed()?.bodies).toEqual([]));
    expect(one.events).toEqual([
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

  it('gives as many messages at a time as it is told to, and no more at the same time', async () => {
    const dataDir = await temporaryFolder();
    const idle = await stand({ dataDir, mapping: { enabled: false } });
    for (let n = 0; n < 9; n += 1) await idle.send(String(n));
    expect(idle.observed()).toMatchObject({ waiting: 9 });
    await idle.aws.stop();

    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return done;
    };
    const one = await stand({ dataDir, work, mapping: { batchSize: 2, maxConcurrency: 2 } });
    await eventually(() => expect(running).toBe(2));
    expect(one.observed()).toMatchObject({ waiting: 5, inFlight: 4 });
    gate.resolve();
    await eventually(() => expect(one.observed()?.bodies).toEqual([]));
    expect(most).toBe(2);
    expect(one.events.map(({ Records }) => Records.length)).toEqual([2, 2, 2, 2, 1]);
    expect(one.bodies().toSorted()).toEqual([...'012345678']);
  });

  it('gives a message again after the time-out when the function fails, and the poison to the dead letters', async () => {
    const work = async ({ Records: [record] }: SqsEvent) => {
      if (record?.body === 'poison') return broken;
      return record?.body === 'unlucky' && record.attributes.ApproximateReceiveCount === '1' ? broken : done;
    };
    const one = await stand({ work, queue: brief });
    for (const body of ['poison', 'unlucky', 'fine']) await one.send(body);
    await eventually(() => expect(one.dead()?.bodies).toEqual(['poison']));
    expect(one.observed()?.bodies).toEqual([]);
    expect(one.bodies().toSorted()).toEqual(['fine', 'poison', 'poison', 'poison', 'unlucky', 'unlucky']);
  });

  it('takes a function that could not be reached for one that failed', async () => {
    let calls = 0;
    const one = await stand({
      queue: brief,
      work: async () => {
        calls += 1;
        if (calls === 1) throw new Error('unreachable');
        return done;
      },
    });
    await one.send('a');
    await eventually(() => expect(one.observed()?.bodies).toEqual([]));
    expect(one.bodies()).toEqual(['a', 'a']);
  });

  it.each([
    ['those it names', (id: string) => ({ batchItemFailures: [{ itemIdentifier: id }] }), ['bad']],
    ['none, for no answer', () => null, []],
    ['none, for an empty list', () => ({ batchItemFailures: [] }), []],
    ['none, for no list', () => ({ batchItemFailures: null }), []],
    ['all, for an unknown id', () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }), ['bad', 'good']],
    ['all, for an empty id', () => ({ batchItemFailures: [{ itemIdentifier: '' }] }), ['bad', 'good']],
    ['all, for another key', () => ({ batchItemFailures: [{ id: 'x' }] }), ['bad', 'good']],
  ])('that reports failures keeps %s', async (_, answer, kept) => {
    const dataDir = await temporaryFolder();
    const idle = await stand({ dataDir, mapping: { enabled: false } });
    for (const body of ['good', 'bad']) await idle.send(body);
    await idle.aws.stop();

    const one = await stand({
      ...{ dataDir, mapping: { batchSize: 10, reportsFailures: true } },
      work: async ({ Records }) => ({ ok: true, payload: answer(Records.at(-1)?.messageId ?? '') }),
    });
    await eventually(() => expect(one.events).toHaveLength(1));
    await eventually(() => expect(one.observed()?.bodies.toSorted()).toEqual(kept));
    expect(one.observed()?.inFlight).toBe(kept.length);
  });

  it('does not ask for reported failures that it was not told of', async () => {
    const work = async ({ Records }: SqsEvent): Promise<InvokeOutcome> => ({
      ok: true,
      payload: { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) },
    });
    const one = await stand({ work });
    await one.send('a');
    await eventually(() => expect(one.observed()?.bodies).toEqual([]));
    expect(one.bodies()).toEqual(['a']);
  });

  it('that is stopped waits for what is under way, and gives back what is not done in time', async () => {
    const dataDir = await temporaryFolder();
    const gate = Promise.withResolvers<InvokeOutcome>();
    const work = async ({ Records: [record] }: SqsEvent) => (record?.body === 'stuck' ? gate.promise : done);
    const one = await stand({ dataDir, work });
    await one.send('stuck');
    await eventually(() => expect(one.observed()).toMatchObject({ inFlight: 1 }));
    await one.aws.stop(1);
    // Too late: it has been given back.
    gate.resolve(done);

    const again = await stand({ dataDir });
    await eventually(() => expect(again.bodies()).toEqual(['stuck']));
    expect(again.events[0]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  it('that is stopped lets the function end', async () => {
    const dataDir = await temporaryFolder();
    const gate = Promise.withResolvers<InvokeOutcome>();
    const one = await stand({ dataDir, work: () => gate.promise });
    await one.send('a');
    await eventually(() => expect(one.observed()).toMatchObject({ inFlight: 1 }));
    const stopped = one.aws.stop();
    gate.resolve(done);
    await stopped;
    const again = await stand({ dataDir, mapping: { enabled: false } });
    expect(again.observed()?.bodies).toEqual([]);
  });

  it.each(needed)('stops the start when the function may not %s', async (missing) => {
    const rights = [allow(needed.filter((action) => action !== missing))];
    const error = await stand({ rights }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StartRefused);
    expect(String(error)).toContain(`worker-role is not allowed ${missing} on ${checks.arn}`);
  });
});

it('takes ten thousand messages, gives each once, and does not keep what is gone', async () => {
  const file = join(await temporaryFolder(), 'queues.jsonl');
  const open = () => {
    const queues = openQueues([checks, letters], file, () => undefined);
    const found = queues.find(checks.arn);
    if (found === undefined) throw new Error('The queue is not there.');
    return { ...found, close: queues.close };
  };
  const fill = ({ send }: ReturnType<typeof open>) => {
    for (let n = 0; n < 10_000; n += 10) {
      const bodies = Array.from({ length: 10 }, (_, index) => String(n + index));
      send(bodies.map((body) => ({ message: { body, attributes: {}, sender: 's' }, hiddenMs: 0 })));
    }
  };
  const first = open();
  fill(first);
  const seen = new Set<string>();
  for (let batch = first.receive(10, 60_000); batch.length > 0; batch = first.receive(10, 60_000)) {
    for (const { body } of batch) seen.add(body);
    first.remove(batch);
  }
  expect(seen.size).toBe(10_000);
  expect([...first.messages()]).toEqual([]);
  fill(first);
  first.close();
  expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(10_000);
  const second = open();
  expect(second.counts()).toEqual({ waiting: 10_000, inFlight: 0, delayed: 0 });
});
