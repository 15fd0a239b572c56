import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { account, errorNameOf } from '../test-aws.ts';
import { createQueue, createQueueClient } from './sqs-queues.ts';
import { setUpQueues } from './sqs-scene.ts';

const deadLetters = createQueue('Letters');
const plain = createQueue('Plain');
const slow = createQueue('Slow', { delaySeconds: 900 });
const late = createQueue('Late');
const poisoned = createQueue('Poisoned', { redrive: { deadLetterArn: deadLetters.arn, maxReceiveCount: 2 } });
const summed = createQueue('Summed');
const scene = setUpQueues([deadLetters, plain, slow, late, poisoned, summed]);

describe('an SQS message', () => {
  it('is received with its attributes and system attributes until it is deleted', async () => {
    const { send, receive, remove } = createQueueClient(scene.sqs, plain);
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
    expect(scene.observe('Plain')).toEqual({ name: 'Plain', waiting: 0, inFlight: 1, delayed: 0, bodies: ['{"é":1}'] });
    await remove(message?.ReceiptHandle);
    await remove(message?.ReceiptHandle);
    expect(scene.observe('Plain')).toMatchObject({ waiting: 0, inFlight: 0, bodies: [] });
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
    const { MD5OfMessageAttributes } = await createQueueClient(scene.sqs, summed).send('x', { MessageAttributes });
    expect(MD5OfMessageAttributes).toBe(createHash('md5').update(parts).digest('hex'));
  });

  it('is received again after its visibility timeout, and then only the newest handle deletes it', async () => {
    const { send, receiveNext, remove } = createQueueClient(scene.sqs, late);
    await send('again');
    const first = await receiveNext(1);
    const second = await receiveNext();
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    await remove(first.ReceiptHandle);
    expect(scene.observe('Late')?.bodies).toEqual(['again']);
    await remove(second.ReceiptHandle);
    expect(scene.observe('Late')?.bodies).toEqual([]);
  });

  it('becomes visible by ChangeMessageVisibility with the newest handle only', async () => {
    const { send, receiveNext, hide, remove } = createQueueClient(scene.sqs, late);
    await send('released');
    const first = await receiveNext();
    await hide(first.ReceiptHandle, 0);
    const second = await receiveNext();
    await hide(second.ReceiptHandle, 1);
    const third = await receiveNext();
    expect(third.Attributes?.ApproximateReceiveCount).toBe('3');
    expect(await errorNameOf(hide(second.ReceiptHandle, 0))).toBe('MessageNotInflight');
    expect(scene.observe('Late')).toMatchObject({ waiting: 0, inFlight: 1 });
    await remove(third.ReceiptHandle);
    expect(await errorNameOf(hide(third.ReceiptHandle, 0))).toBe('MessageNotInflight');
    expect(await errorNameOf(remove('nonsense'))).toBe('ReceiptHandleIsInvalid');
    expect(await errorNameOf(createQueueClient(scene.sqs, plain).remove(third.ReceiptHandle))).toBe(
      'ReceiptHandleIsInvalid',
    );
  });

  it('is not visible before the delay of the queue or its own has ended', async () => {
    const { send, receive, receiveNext, remove } = createQueueClient(scene.sqs, slow);
    await send('in a while');
    await send('now', { DelaySeconds: 0 });
    const [now, ...others] = await receive({ MaxNumberOfMessages: 10 });
    expect(now?.Body).toBe('now');
    expect(others).toEqual([]);
    await remove(now?.ReceiptHandle);
    await send('soon', { DelaySeconds: 1 });
    expect((await receiveNext()).Body).toBe('soon');
    expect(scene.observe('Slow')).toMatchObject({ waiting: 0, inFlight: 1, delayed: 1 });
  });

  it('moves to the dead-letter queue after too many receives, and the others stay', async () => {
    const { send, receiveNext, remove, receive } = createQueueClient(scene.sqs, poisoned);
    await send('poison');
    const { MessageId } = await receiveNext(1);
    await receiveNext(1);
    await send('fine');
    // No receiver polls the queue itself meanwhile.
    const dead = await createQueueClient(scene.sqs, deadLetters).receiveNext();
    expect(dead).toMatchObject({ MessageId, Body: 'poison' });
    expect(dead.Attributes).toMatchObject({ DeadLetterQueueSourceArn: poisoned.arn, ApproximateReceiveCount: '3' });
    const fine = await receiveNext();
    expect(fine.Body).toBe('fine');
    await remove(fine.ReceiptHandle);
    expect(await receive()).toEqual([]);
    expect(scene.aws.logged).toContain('A message of Poisoned became a dead letter: it was received too often.');
  });
});

describe('ReceiveMessage', () => {
  it('with a wait time returns as soon as a message arrives', async () => {
    const { send, receiveNext, remove } = createQueueClient(scene.sqs, plain);
    const waiting = receiveNext();
    await send('at last');
    const { Body, ReceiptHandle } = await waiting;
    expect(Body).toBe('at last');
    await remove(ReceiptHandle);
  });

  it('refuses more than ten messages, more than 20 seconds, and unknown system attributes', async () => {
    const { receive } = createQueueClient(scene.sqs, plain);
    expect(await errorNameOf(receive({ MaxNumberOfMessages: 11 }))).toBe('ValidationException');
    expect(await errorNameOf(receive({ WaitTimeSeconds: 21 }))).toBe('ValidationException');
    expect(await errorNameOf(receive({ MessageSystemAttributeNames: ['Colour'] }))).toBe('InvalidAttributeName');
  });
});
