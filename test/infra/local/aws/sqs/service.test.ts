import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { account, allow, call, clients, errorNameOf, region, role } from '../test-aws.ts';
import { createQueue, createQueueClient } from './sqs-queues.ts';
import { setUpQueues } from './sqs-scene.ts';

const deadLetters = createQueue('Letters');
const plain = createQueue('Plain');
const small = createQueue('Small', { maxMessageBytes: 1024 });
const late = createQueue('Late');
const poisoned = createQueue('Poisoned', { redrive: { deadLetterArn: deadLetters.arn, maxReceiveCount: 2 } });
const purged = createQueue('Purged');
const batched = createQueue('Batched');
const summed = createQueue('Summed');
const sender = role('sender', [allow(['sqs:SendMessage', 'sqs:GetQueueUrl'], plain.arn)]);
const scene = setUpQueues([deadLetters, plain, small, late, poisoned, purged, batched, summed], [sender]);

describe('a batch of messages', () => {
  const sendBatch = (bodies: readonly string[], ids = bodies.map((_, index) => `m${index}`)) =>
    scene.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: batched.url,
        Entries: bodies.map((MessageBody, index) => ({ Id: ids[index], MessageBody })),
      }),
    );

  it('succeeds or fails entry by entry', async () => {
    const { Successful, Failed } = await sendBatch(['a', '\u0000', 'c']);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['m0', 'm2']);
    expect(Failed).toMatchObject([{ Id: 'm1', Code: 'InvalidMessageContents', SenderFault: true }]);
    const messages = await createQueueClient(scene.sqs, batched).receive({ MaxNumberOfMessages: 10 });
    expect(messages.map(({ Body }) => Body)).toEqual(['a', 'c']);
    const Entries = [
      ...messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle })),
      { Id: 'bad', ReceiptHandle: 'nonsense' },
    ];
    const removed = await scene.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: batched.url, Entries }));
    expect(removed.Successful).toHaveLength(2);
    expect(removed.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
    expect(scene.observe('Batched')?.bodies).toEqual([]);
  });

  it.each([
    ['no entries', [], undefined, 'EmptyBatchRequest'],
    ['eleven entries', Array<string>(11).fill('x'), undefined, 'TooManyEntriesInBatchRequest'],
    ['a repeated id', ['a', 'b'], ['same', 'same'], 'BatchEntryIdsNotDistinct'],
    ['an invalid id', ['a'], ['a b'], 'InvalidBatchEntryId'],
    ['more than 1 MiB in all', ['x'.repeat(600_000), 'y'.repeat(600_000)], undefined, 'BatchRequestTooLong'],
  ])('with %s is refused', async (_, bodies, ids, name) => {
    expect(await errorNameOf(sendBatch(bodies, ids))).toBe(name);
    expect(scene.observe('Batched')?.bodies).toEqual([]);
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
    expect(await errorNameOf(createQueueClient(scene.sqs, small).send(body, { MessageAttributes }))).toBe(name);
    expect(scene.observe('Small')?.bodies).toEqual([]);
  });

  it('a parameter of FIFO queues', async () => {
    expect(await errorNameOf(createQueueClient(scene.sqs, plain).send('a', { MessageGroupId: 'g' }))).toBe(
      'ValidationException',
    );
  });
});

describe('an SQS queue', () => {
  it('is described by GetQueueAttributes and GetQueueUrl', async () => {
    const getAttributes = (
      AttributeNames: ('All' | 'QueueArn' | 'RedrivePolicy' | 'CreatedTimestamp')[],
      QueueUrl = poisoned.url,
    ) => scene.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
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
    const { QueueUrl } = await scene.sqs.send(new GetQueueUrlCommand({ QueueName: 'Plain' }));
    expect(QueueUrl).toBe(`${scene.aws.endpoint}/${account}/Plain`);
    expect(await errorNameOf(scene.sqs.send(new GetQueueUrlCommand({ QueueName: 'None' })))).toBe('QueueDoesNotExist');
  });

  it('can be purged at most once a minute', async () => {
    const { send, receive } = createQueueClient(scene.sqs, purged);
    await Promise.all([send('a'), send('b', { DelaySeconds: 900 })]);
    await receive();
    const purge = () => scene.sqs.send(new PurgeQueueCommand({ QueueUrl: purged.url }));
    await purge();
    expect(scene.observe('Purged')?.bodies).toEqual([]);
    expect(await errorNameOf(purge())).toBe('PurgeQueueInProgress');
  });

  it('is usable by callers with permission only', async () => {
    const own = clients(scene.aws, sender.arn).queues;
    const { send, receive, remove } = createQueueClient(own, plain);
    expect(await errorNameOf(send('mine'))).toBe('succeeded');
    const { receiveNext } = createQueueClient(scene.sqs, plain);
    const message = await receiveNext();
    expect(message.Attributes?.SenderId).toBe(`${sender.id}:local`);
    expect(await errorNameOf(receive())).toBe('AccessDeniedException');
    expect(await errorNameOf(remove(message.ReceiptHandle))).toBe('AccessDeniedException');
    expect(await errorNameOf(createQueueClient(own, late).send('other'))).toBe('AccessDeniedException');
    expect(await errorNameOf(own.send(new PurgeQueueCommand({ QueueUrl: plain.url })))).toBe('AccessDeniedException');
    await createQueueClient(scene.sqs, plain).remove(message.ReceiptHandle);
    const unsigned = { authorization: undefined };
    const body = { QueueUrl: plain.url, MessageBody: 'x' };
    const response = await call(scene.aws, {
      service: 'sqs',
      target: 'AmazonSQS.SendMessage',
      body,
      headers: unsigned,
    });
    expect(response.body['__type']).toBe('MissingAuthenticationTokenException');
    expect(scene.observe('Plain')?.bodies).toEqual([]);
  });
});

it('SQS is reached by the SDK through the queue URLs in a function’s variables', async () => {
  const variables = scene.aws.toLocalVariables({
    CHECKS: summed.url,
    BOTH: `a,${late.url},${plain.url}`,
    STAGE: 'dev',
  });
  const [here, stage] = [`${scene.aws.endpoint}/${account}`, 'dev'];
  expect(variables).toEqual({ CHECKS: `${here}/Summed`, BOTH: `a,${here}/Late,${here}/Plain`, STAGE: stage });
  const { AWS_ENDPOINT_URL_SQS: endpoint = '' } = scene.aws.environment();
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  const client = new SQSClient({ region, credentials: scene.aws.administrator(), maxAttempts: 1 });
  await client.send(new SendMessageCommand({ QueueUrl: variables['CHECKS'], MessageBody: 'found' }));
  expect(scene.observe('Summed')?.bodies).toContain('found');
});
