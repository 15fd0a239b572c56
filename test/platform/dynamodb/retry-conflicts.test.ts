import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { Throttled } from '../../../functions/core/ports.ts';
import { retryOnConflict } from '../../../functions/platform/dynamodb/retry-conflicts.ts';

/** The local DynamoDB has its writers go one at a time, so nobody ever meets another there. */
const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const conflict = new TransactionConflictException({ message: 'conflict', $metadata: {} });

/** Fails with each of these in turn, and then succeeds. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  let calls = 0;
  const write = async () => {
    calls++;
    const error = left.shift();
    if (error) throw error;
    return 'written';
  };
  return { write, calls: () => calls };
}

describe('a write that meets another', () => {
  test('is made again', async () => {
    const { write, calls } = failing(cancelled('None', 'TransactionConflict'), conflict);
    expect(await retryOnConflict(write, 0)).toBe('written');
    expect(calls()).toBe(3);
  });

  test.each([
    ['a condition that did not hold', cancelled('ConditionalCheckFailed', 'None')],
    ['a condition that did not hold, whatever else', cancelled('TransactionConflict', 'ConditionalCheckFailed')],
    ['another reason to cancel', cancelled('ValidationError')],
    ['another error', new Error('out of reach')],
  ])('is not made again for %s', async (_, error) => {
    const { write, calls } = failing(error);
    await expect(retryOnConflict(write, 0)).rejects.toBe(error);
    expect(calls()).toBe(1);
  });

  test('asks to come back when it meets others every time', async () => {
    const { write } = failing(...Array.from({ length: 99 }, () => conflict));
    await expect(retryOnConflict(write, 0)).rejects.toThrow(Throttled);
  });
});
