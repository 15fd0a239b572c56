import { setTimeout as pause } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { Throttled } from '../../core/ports.ts';
import { clock } from '../runtime/clock.ts';

const mostAttempts = 6;

/**
 * Runs a write, and runs it again when it met another one on the same item, which says nothing about its own
 * conditions (DynamoDB, "Transaction conflict handling"; the SDK does not repeat it). For writes whose outcome an
 * operator is told: two keys made at once look at one organization's row, and neither may hear that it is not there.
 *
 * @param write makes the call anew each time
 * @param longest milliseconds that the first pause takes at most; each further one twice as long
 * @throws Throttled when it meets others every time; otherwise what the write throws
 */
export async function retryOnConflict<T>(write: () => Promise<T>, longest = 20): Promise<T> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (attempt > 0) await pause(clock.random() * longest * 2 ** (attempt - 1));
    try {
      return await write();
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw new Throttled('writes to one item');
}

/** A transaction one of whose conditions did not hold is none, whatever else it met. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) {
    return error instanceof Error && error.name === 'TransactionConflictException';
  }
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  return codes.includes('TransactionConflict') && !codes.includes('ConditionalCheckFailed');
}
