import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSqs } from '../../../../../infra/local/aws/sqs/open-sqs.ts';
import type { LocalTemplate } from '../../../../../infra/local/template/model.ts';
import {
  account,
  allow,
  call,
  clients,
  emptyTemplate,
  errorNameOf,
  region,
  role,
  startTestAws,
  type TestAws,
  temporaryFolder,
} from '../test-aws.ts';
import { on, queue, visibility } from './sqs-queues.ts';

const letters = queue('Letters');
const plain = queue('Plain');
const small = queue('Small', { maxMessageBytes: 1024 });
const slow = queue('Slow', { delaySeconds: 900 });
const late = queue('Late');
const poisoned = queue('Poisoned', { redrive: { deadLetterArn: letters.arn, maxReceiveCount: 2 } });
const purged = queue('Purged');
const batched = queue('Batched');
const summed = queue('Summed');
const sender = role('sender', [allow(['sqs:SendMessage', 'sqs:GetQueueUrl'], plain.arn)]);
const template: LocalTemplate = {
  ...emptyTemplate,
  roles: [sender],
  queues: [letters, plain, small, slow, late, poisoned, purged, batched, summed],
};

const cleanUps: (() => Promise<void>)[] = [];
let aws: TestAws;
let sqs: ReturnType<typeof clients>['queues'];
beforeAll(async () => {
  const later = (cleanUp: () => Promise<void>) => void cleanUps.unshift(cleanUp);
  aws = await startTestAws({ template, visibility, dataDir: await temporaryFolder(later) }, later);
  sqs = clients(aws).queues;
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});
const observed = (name: string) => aws.observe.queues().find((found) => found.name === name);

describe('a message', () => {
  it('is received as it was sent, with what SQS says of it, until it is deleted', async () => {
    const { send, receive, remove } = on(sqs, plain);
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'ü' },
      bytes: { DataType: 'Binary.png', BinaryValue: Uint8Array.of(0, 255) },
    };
    const before = Date.now();
    const sent = await send('{"é":1}', { MessageAttributes });
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update('{"é":1}').digest('hex'));
    const [message, ...others] = await receive({
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    expect(others).toEqual([]);
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: '{"é":1}', MessageAttributes });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', SenderId: account });
    expect(Number(message?.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(before);
    expect(Object.keys(message?.Attributes ?? {})).toHaveLength(4);
    expect(observed('Plain')).toEqual({ name: 'Plain', waiting: 0, inFlight: 1, delayed: 0, bodies: ['{"é":1}'] });
    await remove(message?.ReceiptHandle);
    await remove(message?.ReceiptHandle);
    expect(observed('Plain')).toMatchObject({ waiting: 0, inFlight: 0, bodies: [] });
  });

  it('has the documented checksum of its attributes', async () => {
    // By hand: length and bytes of name, of type, one byte for the kind, length and bytes of the value.
    const parts = Buffer.concat([
      ...[Buffer.of(0, 0, 0, 1), Buffer.from('a'), Buffer.of(0, 0, 0, 6), Buffer.from('Number'), Buffer.of(1)],
      ...[Buffer.of(0, 0, 0, 2), Buffer.from('42')],
      ...[Buffer.of(0, 0, 0, 1), Buffer.from('b'), Buffer.of(0, 0, 0, 6), Buffer.from('Binary'), Buffer.of(2)],
      ...[Buffer.of(0, 0, 0, 1), Buffer.of(255)],
    ]);
    const MessageAttributes = {
      b: { DataType: 'Binary', BinaryValue: Uint8Array.of(255) },
      a: { DataType: 'Number', StringValue: '42' },
    };
    const { MD5OfMessageAttributes } = await on(sqs, summed).send('x', { MessageAttributes });
    expect(MD5OfMessageAttributes).toBe(createHash('md5').update(parts).digest('hex'));
  });

  it('that was not deleted in time is received again, and only the newest handle deletes it', async () => {
    const { send, next, remove } = on(sqs, late);
    await send('again');
    const first = await next(1);
    const second = await next();
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    await remove(first.ReceiptHandle);
    expect(observed('Late')?.bodies).toEqual(['again']);
    await remove(second.ReceiptHandle);
    expect(observed('Late')?.bodies).toEqual([]);
  });

  it('can be given back before its time-out, by who holds it', async () => {
    const { send, next, hide, remove } = on(sqs, late);
    await send('given back');
    const first = await next();
    await hide(first.ReceiptHandle, 0);
    const second = await next();
    await hide(second.ReceiptHandle, 1);
    const third = await next();
    expect(third.Attributes?.ApproximateReceiveCount).toBe('3');
    expect(await errorNameOf(hide(second.ReceiptHandle, 0))).toBe('MessageNotInflight');
    expect(observed('Late')).toMatchObject({ waiting: 0, inFlight: 1 });
    await remove(third.ReceiptHandle);
    expect(await errorNameOf(hide(third.ReceiptHandle, 0))).toBe('MessageNotInflight');
    expect(await errorNameOf(remove('nonsense'))).toBe('ReceiptHandleIsInvalid');
    expect(await errorNameOf(on(sqs, plain).remove(third.ReceiptHandle))).toBe('ReceiptHandleIsInvalid');
  });

  it('is not seen before its delay is over, the queue’s or its own', async () => {
    const { send, receive, next, remove } = on(sqs, slow);
    await send('in a while');
    await send('now', { DelaySeconds: 0 });
    const [now, ...others] = await receive({ MaxNumberOfMessages: 10 });
    expect(now?.Body).toBe('now');
    expect(others).toEqual([]);
    await remove(now?.ReceiptHandle);
    await send('soon', { DelaySeconds: 1 });
    expect((await next()).Body).toBe('soon');
    expect(observed('Slow')).toMatchObject({ waiting: 0, inFlight: 1, delayed: 1 });
  });

  it('that is received too often and never deleted is a dead letter; the others go on', async () => {
    const { send, next, remove, receive } = on(sqs, poisoned);
    await send('poison');
    const { MessageId } = await next(1);
    await next(1);
    await send('fine');
    // Nobody asks the queue itself meanwhile.
    const dead = await on(sqs, letters).next();
    expect(dead).toMatchObject({ MessageId, Body: 'poison' });
    expect(dead.Attributes).toMatchObject({ DeadLetterQueueSourceArn: poisoned.arn, ApproximateReceiveCount: '3' });
    const fine = await next();
    expect(fine.Body).toBe('fine');
    await remove(fine.ReceiptHandle);
    expect(await receive()).toEqual([]);
    expect(aws.logged).toContain('A message of Poisoned was received too often; it is a dead letter now.');
  });
});

describe('a receiver', () => {
  it('that waits is answered as soon as a message comes', async () => {
    const { send, next, remove } = on(sqs, plain);
    const waiting = next();
    await send('at last');
    const { Body, ReceiptHandle } = await waiting;
    expect(Body).toBe('at last');
    await remove(ReceiptHandle);
  });

  it('gets ten messages at most, and asks for what SQS has', async () => {
    const { receive } = on(sqs, plain);
    expect(await errorNameOf(receive({ MaxNumberOfMessages: 11 }))).toBe('ValidationException');
    expect(await errorNameOf(receive({ WaitTimeSeconds: 21 }))).toBe('ValidationException');
    expect(await errorNameOf(receive({ MessageSystemAttributeNames: ['Colour'] }))).toBe('InvalidAttributeName');
  });
});

describe('a batch', () => {
  const sendBatch = (bodies: readonly string[], ids = bodies.map((_, index) => `m${index}`)) =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: batched.url,
        Entries: bodies.map((MessageBody, index) => ({ Id: ids[index], MessageBody })),
      }),
    );

  it('does each of its entries by itself', async () => {
    const { Successful, Failed } = await sendBatch(['a', '\u0000', 'c']);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['m0', 'm2']);
    expect(Failed).toMatchObject([{ Id: 'm1', Code: 'InvalidMessageContents', SenderFault: true }]);
    const messages = await on(sqs, batched).receive({ MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'c']);
    const Entries = [
      ...messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle })),
      { Id: 'bad', ReceiptHandle: 'nonsense' },
    ];
    const removed = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: batched.url, Entries }));
    expect(removed.Successful).toHaveLength(2);
    expect(removed.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
    expect(observed('Batched')?.bodies).toEqual([]);
  });

  it.each([
    ['nothing', [], undefined, 'EmptyBatchRequest'],
    ['eleven entries', Array<string>(11).fill('x'), undefined, 'TooManyEntriesInBatchRequest'],
    ['one id twice', ['a', 'b'], ['same', 'same'], 'BatchEntryIdsNotDistinct'],
    ['a strange id', ['a'], ['a b'], 'InvalidBatchEntryId'],
    ['more than 1 MiB in all', ['x'.repeat(600_000), 'y'.repeat(600_000)], undefined, 'BatchRequestTooLong'],
  ])('of %s is refused', async (_, bodies, ids, name) => {
    expect(await errorNameOf(sendBatch(bodies, ids))).toBe(name);
    expect(observed('Batched')?.bodies).toEqual([]);
  });
});

describe('what SQS would not take is refused:', () => {
  it.each([
    ['a body larger than the queue takes', 'x'.repeat(1025), {}, 'InvalidParameterValue'],
    ['one that is too large with its attributes', 'x'.repeat(1020), { a: 'String' }, 'InvalidParameterValue'],
    ['a character that XML has not', 'a\u0001', {}, 'InvalidMessageContents'],
    ['half of a character', 'a\ud800', {}, 'InvalidMessageContents'],
    ['an attribute of another type', 'a', { a: 'Date' }, 'InvalidParameterValue'],
  ])('%s', async (_, body, types, name) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(types).map(([key, DataType]) => [key, { DataType, StringValue: 'v' }]),
    );
    expect(await errorNameOf(on(sqs, small).send(body, { MessageAttributes }))).toBe(name);
    expect(observed('Small')?.bodies).toEqual([]);
  });

  it('a parameter of queues that are not here', async () => {
    expect(await errorNameOf(on(sqs, plain).send('a', { MessageGroupId: 'g' }))).toBe('ValidationException');
  });
});

describe('a queue', () => {
  it('tells of itself', async () => {
    const of = (
      AttributeNames: ('All' | 'QueueArn' | 'RedrivePolicy' | 'CreatedTimestamp')[],
      QueueUrl = poisoned.url,
    ) => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    const { Attributes } = await of(['All']);
    expect(Attributes).toMatchObject({
      QueueArn: poisoned.arn,
      ApproximateNumberOfMessagesNotVisible: '0',
      VisibilityTimeout: '43200',
      MaximumMessageSize: '1048576',
      RedrivePolicy: `{"deadLetterTargetArn":"${letters.arn}","maxReceiveCount":2}`,
    });
    expect((await of(['QueueArn', 'RedrivePolicy'], plain.url)).Attributes).toEqual({ QueueArn: plain.arn });
    expect(await errorNameOf(of(['CreatedTimestamp']))).toBe('InvalidAttributeName');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'Plain' }));
    expect(QueueUrl).toBe(`${aws.endpoint}/${account}/Plain`);
    expect(await errorNameOf(sqs.send(new GetQueueUrlCommand({ QueueName: 'None' })))).toBe('QueueDoesNotExist');
  });

  it('is emptied as a whole, at most once a minute', async () => {
    const { send, receive } = on(sqs, purged);
    await Promise.all([send('a'), send('b', { DelaySeconds: 900 })]);
    await receive();
    const purge = () => sqs.send(new PurgeQueueCommand({ QueueUrl: purged.url }));
    await purge();
    expect(observed('Purged')?.bodies).toEqual([]);
    expect(await errorNameOf(purge())).toBe('PurgeQueueInProgress');
  });

  it('is open to those who may, and to nobody else', async () => {
    const own = clients(aws, sender.arn).queues;
    const { send, receive, remove } = on(own, plain);
    expect(await errorNameOf(send('mine'))).toBe('succeeded');
    const { next } = on(sqs, plain);
    const message = await next();
    expect(message.Attributes?.SenderId).toBe(`${sender.id}:local`);
    expect(await errorNameOf(receive())).toBe('AccessDeniedException');
    expect(await errorNameOf(remove(message.ReceiptHandle))).toBe('AccessDeniedException');
    expect(await errorNameOf(on(own, late).send('other'))).toBe('AccessDeniedException');
    expect(await errorNameOf(own.send(new PurgeQueueCommand({ QueueUrl: plain.url })))).toBe('AccessDeniedException');
    await on(sqs, plain).remove(message.ReceiptHandle);
    const unsigned = { authorization: undefined };
    const body = { QueueUrl: plain.url, MessageBody: 'x' };
    const answer = await call(aws, { service: 'sqs', target: 'AmazonSQS.SendMessage', body, headers: unsigned });
    expect(answer.body['__type']).toBe('MissingAuthenticationTokenException');
    expect(observed('Plain')?.bodies).toEqual([]);
  });
});

it('is found by the SDK through a function’s variables', async () => {
  const variables = aws.toLocalVariables({ CHECKS: summed.url, BOTH: `a,${late.url},${plain.url}`, STAGE: 'dev' });
  const [here, stage] = [`${aws.endpoint}/${account}`, 'dev'];
  expect(variables).toEqual({ CHECKS: `${here}/Summed`, BOTH: `a,${here}/Late,${here}/Plain`, STAGE: stage });
  const { AWS_ENDPOINT_URL_SQS: endpoint = '' } = aws.environment();
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = new SQSClient({ region, credentials: aws.administrator(), maxAttempts: 1 });
  await client.send(new SendMessageCommand({ QueueUrl: variables['CHECKS'], MessageBody: 'found' }));
  expect(observed('Summed')?.bodies).toContain('found');
});

it('keeps messages over a restart, with their handles, counts and delays, for the owner’s eyes only', async () => {
  const dataDir = await temporaryFolder();
  const first = await startTestAws({ template, dataDir, visibility });
  const before = clients(first).queues;
  for (const body of ['a', 'b', 'c']) await on(before, plain).send(body);
  await on(before, slow).send('delayed');
  const held = await on(before, plain).next();
  const removed = await on(before, plain).next();
  await on(before, plain).remove(removed.ReceiptHandle);
  await on(before, poisoned).send('poison');
  await on(before, poisoned).next(1);
  await on(before, poisoned).next(1);
  await first.stop();
  expect((await stat(join(dataDir, 'queues.jsonl'))).mode & 0o777).toBe(0o600);

  const second = await startTestAws({ template, dataDir, visibility });
  const after = clients(second).queues;
  expect(second.observe.queues()).toMatchObject([
    { name: 'Letters' },
    { name: 'Plain', waiting: 1, inFlight: 1, bodies: ['a', 'c'] },
    { name: 'Small', bodies: [] },
    { name: 'Slow', waiting: 0, delayed: 1 },
    ...['Late', 'Poisoned', 'Purged', 'Batched', 'Summed'].map((name) => ({ name })),
  ]);
  await on(after, plain).remove(held.ReceiptHandle);
  expect((await on(after, plain).next()).Body).toBe('c');
  expect((await on(after, letters).next()).Body).toBe('poison');
});

it('forgets what is older than the queue keeps', async () => {
  const dataDir = await temporaryFolder();
  const first = await startTestAws({ template, dataDir, visibility });
  await on(clients(first).queues, plain).send('old');
  await first.stop();
  // Retention is not shortened by `visibility`; a queue that keeps nothing stands for a long time.
  const brief = { ...template, queues: [queue('Plain', { retentionSeconds: 0 })] };
  const second = await startTestAws({ template: brief, dataDir, visibility });
  expect(second.observe.queues()).toMatchObject([{ name: 'Plain', bodies: [] }]);
});

describe('an event that a rule sends', () => {
  const rule = 'arn:aws:events:us-east-1:000000000000:rule/r';
  const open = queue('Open', {
    maxMessageBytes: 1024,
    policy: [
      {
        ...allow('sqs:SendMessage', 'arn:aws:sqs:us-east-1:000000000000:Open'),
        services: ['events.amazonaws.com'],
        conditions: { ArnEquals: { 'aws:SourceArn': [rule] } },
      },
    ],
  });
  const forTopics = queue('Topics', { policy: [{ ...allow('sqs:SendMessage'), services: ['sns.amazonaws.com'] }] });

  it('arrives as far as the queue’s policy lets EventBridge send for that rule', async () => {
    const logged: string[] = [];
    const { sendFromRule, observe } = openSqs({
      ...{ template: { ...emptyTemplate, queues: [open, forTopics, plain] }, env: { account, region } },
      ...{
        journal: join(await temporaryFolder(), 'queues.jsonl'),
        endpoint: () => '',
        log: (line) => logged.push(line),
      },
      invoke: async () => ({ ok: true, payload: null }),
    });
    expect(sendFromRule(open.arn, '{"a":1}', rule)).toBe('sent');
    expect(sendFromRule(open.arn, '{}', `${rule}2`)).toBe('refused');
    expect(sendFromRule(open.arn, 'x'.repeat(1025), rule)).toBe('refused');
    expect(sendFromRule(forTopics.arn, '{}', rule)).toBe('refused');
    expect(sendFromRule(plain.arn, '{}', rule)).toBe('refused');
    expect(sendFromRule(`${open.arn}2`, '{}', rule)).toBe('no-queue');
    expect(observe().map(({ bodies }) => bodies)).toEqual([['{"a":1}'], [], []]);
    expect(logged).toContain(
      `Refused: events.amazonaws.com is not allowed sqs:SendMessage on ${open.arn} for ${rule}2.`,
    );
  });
});
