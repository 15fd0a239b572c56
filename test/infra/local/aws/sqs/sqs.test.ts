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
import { createQueue, createQueueClient, visibility } from './sqs-queues.ts';

const deadLetters = createQueue('Letters');
const plain = createQueue('Plain');
const small = createQueue('Small', { maxMessageBytes: 1024 });
const slow = createQueue('Slow', { delaySeconds: 900 });
const late = createQueue('Late');
const poisoned = createQueue('Poisoned', { redrive: { deadLetterArn: deadLetters.arn, maxReceiveCount: 2 } });
const purged = createQueue('Purged');
const batched = createQueue('Batched');
const summed = createQueue('Summed');
const sender = role('sender', [allow(['sqs:SendMessage', 'sqs:GetQueueUrl'], plain.arn)]);
const template: LocalTemplate = {
  ...emptyTemplate,
  roles: [sender],
  queues: [deadLetters, plain, small, slow, late, poisoned, purged, batched, summed],
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

describe('an SQS message', () => {
  it('is received with its attributes and system attributes until it is deleted', async () => {
    const { send, receive, remove } = createQueueClient(sqs, plain);
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

  it('has the documented MD5 digest of its attributes', async () => {
    // Built by hand: length and bytes of name and type, one byte for the kind, length and bytes of the value.
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
    const { MD5OfMessageAttributes } = await createQueueClient(sqs, summed).send('x', { MessageAttributes });
    expect(MD5OfMessageAttributes).toBe(createHash('md5').update(parts).digest('hex'));
  });

  it('is received again after its visibility timeout, and then only the newest handle deletes it', async () => {
    const { send, receiveNext, remove } = createQueueClient(sqs, late);
    await send('again');
    const first = await receiveNext(1);
    const second = await receiveNext();
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

  it('becomes visible by ChangeMessageVisibility with the newest handle only', async () => {
    const { send, receiveNext, hide, remove } = createQueueClient(sqs, late);
    await send('released');
    const first = await receiveNext();
    await hide(first.ReceiptHandle, 0);
    const second = await receiveNext();
    await hide(second.ReceiptHandle, 1);
    const third = await receiveNext();
    expect(third.Attributes?.ApproximateReceiveCount).toBe('3');
    expect(await errorNameOf(hide(second.ReceiptHandle, 0))).toBe('MessageNotInflight');
    expect(observed('Late')).toMatchObject({ waiting: 0, inFlight: 1 });
    await remove(third.ReceiptHandle);
    expect(await errorNameOf(hide(third.ReceiptHandle, 0))).toBe('MessageNotInflight');
    expect(await errorNameOf(remove('nonsense'))).toBe('ReceiptHandleIsInvalid');
    expect(await errorNameOf(createQueueClient(sqs, plain).remove(third.ReceiptHandle))).toBe('ReceiptHandleIsInvalid');
  });

  it('is not visible before the delay of the queue or its own has ended', async () => {
    const { send, receive, receiveNext, remove } = createQueueClient(sqs, slow);
    await send('in a while');
    await send('now', { DelaySeconds: 0 });
    const [now, ...others] = await receive({ MaxNumberOfMessages: 10 });
    expect(now?.Body).toBe('now');
    expect(others).toEqual([]);
    await remove(now?.ReceiptHandle);
    await send('soon', { DelaySeconds: 1 });
    expect((await receiveNext()).Body).toBe('soon');
    expect(observed('Slow')).toMatchObject({ waiting: 0, inFlight: 1, delayed: 1 });
  });

  it('moves to the dead-letter queue after too many receives, and the others stay', async () => {
    const { send, receiveNext, remove, receive } = createQueueClient(sqs, poisoned);
    await send('poison');
    const { MessageId } = await receiveNext(1);
    await receiveNext(1);
    await send('fine');
    // No receiver polls the queue itself meanwhile.
    const dead = await createQueueClient(sqs, deadLetters).receiveNext();
    expect(dead).toMatchObject({ MessageId, Body: 'poison' });
    expect(dead.Attributes).toMatchObject({ DeadLetterQueueSourceArn: poisoned.arn, ApproximateReceiveCount: '3' });
    const fine = await receiveNext();
    expect(fine.Body).toBe('fine');
    await remove(fine.ReceiptHandle);
    expect(await receive()).toEqual([]);
    expect(aws.logged).toContain('A message of Poisoned became a dead letter: it was received too often.');
  });
});

describe('ReceiveMessage', () => {
  it('with a wait time returns as soon as a message arrives', async () => {
    const { send, receiveNext, remove } = createQueueClient(sqs, plain);
    const waiting = receiveNext();
    await send('at last');
    const { Body, ReceiptHandle } = await waiting;
    expect(Body).toBe('at last');
    await remove(ReceiptHandle);
  });

  it('refuses more than ten messages, more than 20 seconds, and unknown system attributes', async () => {
    const { receive } = createQueueClient(sqs, plain);
    expect(await errorNameOf(receive({ MaxNumberOfMessages: 11 }))).toBe('ValidationException');
    expect(await errorNameOf(receive({ WaitTimeSeconds: 21 }))).toBe('ValidationException');
    expect(await errorNameOf(receive({ MessageSystemAttributeNames: ['Colour'] }))).toBe('InvalidAttributeName');
  });
});

describe('a batch of messages', () => {
  const sendBatch = (bodies: readonly string[], ids = bodies.map((_, index) => `m${index}`)) =>
    sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: batched.url,
        Entries: bodies.map((MessageBody, index) => ({ Id: ids[index], MessageBody })),
      }),
    );

  it('succeeds or fails entry by entry', async () => {
    const { Successful, Failed } = await sendBatch(['a', '\u0000', 'c']);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['m0', 'm2']);
    expect(Failed).toMatchObject([{ Id: 'm1', Code: 'InvalidMessageContents', SenderFault: true }]);
    const messages = await createQueueClient(sqs, batched).receive({ MaxNumberOfMessages: 10 });
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
    ['no entries', [], undefined, 'EmptyBatchRequest'],
    ['eleven entries', Array<string>(11).fill('x'), undefined, 'TooManyEntriesInBatchRequest'],
    ['a repeated id', ['a', 'b'], ['same', 'same'], 'BatchEntryIdsNotDistinct'],
    ['an invalid id', ['a'], ['a b'], 'InvalidBatchEntryId'],
    ['more than 1 MiB in all', ['x'.repeat(600_000), 'y'.repeat(600_000)], undefined, 'BatchRequestTooLong'],
  ])('with %s is refused', async (_, bodies, ids, name) => {
    expect(await errorNameOf(sendBatch(bodies, ids))).toBe(name);
    expect(observed('Batched')?.bodies).toEqual([]);
  });
});

describe('SendMessage refuses', () => {
  it.each([
    ['a body larger than the queue’s maximum', 'x'.repeat(1025), {}, 'InvalidParameterValue'],
    ['a body that is too large with its attributes', 'x'.repeat(1020), { a: 'String' }, 'InvalidParameterValue'],
    ['a character that XML does not allow', 'a\u0001', {}, 'InvalidMessageContents'],
    ['an unpaired surrogate', 'a\ud800', {}, 'InvalidMessageContents'],
    ['an attribute of an unknown type', 'a', { a: 'Date' }, 'InvalidParameterValue'],
  ])('%s', async (_, body, types, name) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(types).map(([key, DataType]) => [key, { DataType, StringValue: 'v' }]),
    );
    expect(await errorNameOf(createQueueClient(sqs, small).send(body, { MessageAttributes }))).toBe(name);
    expect(observed('Small')?.bodies).toEqual([]);
  });

  it('a parameter of FIFO queues', async () => {
    expect(await errorNameOf(createQueueClient(sqs, plain).send('a', { MessageGroupId: 'g' }))).toBe(
      'ValidationException',
    );
  });
});

describe('an SQS queue', () => {
  it('is described by GetQueueAttributes and GetQueueUrl', async () => {
    const getAttributes = (
      AttributeNames: ('All' | 'QueueArn' | 'RedrivePolicy' | 'CreatedTimestamp')[],
      QueueUrl = poisoned.url,
    ) => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    const { Attributes } = await getAttributes(['All']);
    expect(Attributes).toMatchObject({
      QueueArn: poisoned.arn,
      ApproximateNumberOfMessagesNotVisible: '0',
      VisibilityTimeout: '43200',
      MaximumMessageSize: '1048576',
      RedrivePolicy: `{"deadLetterTargetArn":"${deadLetters.arn}","maxReceiveCount":2}`,
    });
    expect((await getAttributes(['QueueArn', 'RedrivePolicy'], plain.url)).Attributes).toEqual({ QueueArn: plain.arn });
    expect(await errorNameOf(getAttributes(['CreatedTimestamp']))).toBe('InvalidAttributeName');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'Plain' }));
    expect(QueueUrl).toBe(`${aws.endpoint}/${account}/Plain`);
    expect(await errorNameOf(sqs.send(new GetQueueUrlCommand({ QueueName: 'None' })))).toBe('QueueDoesNotExist');
  });

  it('can be purged at most once a minute', async () => {
    const { send, receive } = createQueueClient(sqs, purged);
    await Promise.all([send('a'), send('b', { DelaySeconds: 900 })]);
    await receive();
    const purge = () => sqs.send(new PurgeQueueCommand({ QueueUrl: purged.url }));
    await purge();
    expect(observed('Purged')?.bodies).toEqual([]);
    expect(await errorNameOf(purge())).toBe('PurgeQueueInProgress');
  });

  it('is usable by callers with permission only', async () => {
    const own = clients(aws, sender.arn).queues;
    const { send, receive, remove } = createQueueClient(own, plain);
    expect(await errorNameOf(send('mine'))).toBe('succeeded');
    const { receiveNext } = createQueueClient(sqs, plain);
    const message = await receiveNext();
    expect(message.Attributes?.SenderId).toBe(`${sender.id}:local`);
    expect(await errorNameOf(receive())).toBe('AccessDeniedException');
    expect(await errorNameOf(remove(message.ReceiptHandle))).toBe('AccessDeniedException');
    expect(await errorNameOf(createQueueClient(own, late).send('other'))).toBe('AccessDeniedException');
    expect(await errorNameOf(own.send(new PurgeQueueCommand({ QueueUrl: plain.url })))).toBe('AccessDeniedException');
    await createQueueClient(sqs, plain).remove(message.ReceiptHandle);
    const unsigned = { authorization: undefined };
    const body = { QueueUrl: plain.url, MessageBody: 'x' };
    const response = await call(aws, { service: 'sqs', target: 'AmazonSQS.SendMessage', body, headers: unsigned });
    expect(response.body['__type']).toBe('MissingAuthenticationTokenException');
    expect(observed('Plain')?.bodies).toEqual([]);
  });
});

it('SQS is reached by the SDK through the queue URLs in a function’s variables', async () => {
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

it('SQS keeps messages, handles, receive counts and delays across a restart in a file that only its owner can read', async () => {
  const dataDir = await temporaryFolder();
  const first = await startTestAws({ template, dataDir, visibility });
  const before = clients(first).queues;
  for (const body of ['a', 'b', 'c']) await createQueueClient(before, plain).send(body);
  await createQueueClient(before, slow).send('delayed');
  const inFlight = await createQueueClient(before, plain).receiveNext();
  const removed = await createQueueClient(before, plain).receiveNext();
  await createQueueClient(before, plain).remove(removed.ReceiptHandle);
  await createQueueClient(before, poisoned).send('poison');
  await createQueueClient(before, poisoned).receiveNext(1);
  await createQueueClient(before, poisoned).receiveNext(1);
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
  await createQueueClient(after, plain).remove(inFlight.ReceiptHandle);
  expect((await createQueueClient(after, plain).receiveNext()).Body).toBe('c');
  expect((await createQueueClient(after, deadLetters).receiveNext()).Body).toBe('poison');
});

it('SQS deletes messages that exceed the queue’s retention period', async () => {
  const dataDir = await temporaryFolder();
  const first = await startTestAws({ template, dataDir, visibility });
  await createQueueClient(clients(first).queues, plain).send('old');
  await first.stop();
  // `visibility` does not shorten retention, so a retention of 0 represents a period that has ended.
  const withoutRetention = { ...template, queues: [createQueue('Plain', { retentionSeconds: 0 })] };
  const second = await startTestAws({ template: withoutRetention, dataDir, visibility });
  expect(second.observe.queues()).toMatchObject([{ name: 'Plain', bodies: [] }]);
});

describe('an event that a rule sends to a queue', () => {
  const rule = 'arn:aws:events:us-east-1:000000000000:rule/r';
  const open = createQueue('Open', {
    maxMessageBytes: 1024,
    policy: [
      {
        ...allow('sqs:SendMessage', 'arn:aws:sqs:us-east-1:000000000000:Open'),
        services: ['events.amazonaws.com'],
        conditions: { ArnEquals: { 'aws:SourceArn': [rule] } },
      },
    ],
  });
  const forTopics = createQueue('Topics', {
    policy: [{ ...allow('sqs:SendMessage'), services: ['sns.amazonaws.com'] }],
  });

  it('is stored only if the queue’s policy allows EventBridge to send for that rule', async () => {
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
