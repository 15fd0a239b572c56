import * as z from 'zod/mini';
import type { HistoryEntry, PendingEntry, StoredEntry } from '../../core/records/history-entry.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { checkDue } from '../dynamodb/due-index.ts';
import { causeShape, diagnosisShape, inventoryShape, verdictKindShape } from '../dynamodb/row-schemas.ts';
import { integerVariable } from '../runtime/integer-variable.ts';

/**
 * A connection's history is a partition: a line of it under its id, and `TOLD`, the verdict that was announced last.
 * A line that is to be announced is in the index `due`.
 */
export const historyPartition = (uid: string) => `HISTORY#${uid}`;
export const entryKey = ({ uid, id }: Pick<HistoryEntry, 'uid' | 'id'>) => ({ pk: historyPartition(uid), sk: id });
/** Ids begin with a digit, and so come before it, until the year 7599. */
export const toldKey = 'TOLD';
export const lastPublishedKey = (uid: string) => ({ pk: historyPartition(uid), sk: toldKey });

const secondsOfDay = 86_400;
const longestRetentionDays = 3_650;

/**
 * A function that makes rows of lines, which are kept for as long as the deployment says.
 *
 * @throws Error when that is not a whole number of days from 1 to 3,650
 */
export const lineRows = () => {
  const retention = integerVariable('HISTORY_RETENTION_DAYS', longestRetentionDays) * secondsOfDay;
  return ({ entry, announceAt }: PendingEntry) => ({
    ...entry,
    ...entryKey(entry),
    ...checkDue(entry.uid, announceAt),
    ttl: Math.ceil(entry.at / 1000) + retention,
  });
};

const entryShape = z.object({
  id: z.string(),
  organizationId: z.int(),
  uid: z.string(),
  at: z.int(),
  cause: causeShape,
  announcedAt: z.exactOptional(z.int()),
});
const lineShape = exactSchema<StoredEntry>()(
  z.discriminatedUnion('kind', [
    z.extend(entryShape, {
      kind: z.literal('verdict'),
      from: z.exactOptional(verdictKindShape),
      to: verdictKindShape,
      diagnosis: z.exactOptional(diagnosisShape),
    }),
    z.extend(entryShape, { kind: z.literal('dataset'), before: z.exactOptional(inventoryShape), now: inventoryShape }),
  ]),
);
const keptShape = z.object({ ttl: z.int(), dueKey: z.exactOptional(z.string()) });

/** A line as it is read back. */
export interface Line {
  readonly entry: StoredEntry;
  /** Whether it is still to be announced. */
  readonly isDue: boolean;
  /** From here on (epoch milliseconds) it does not count, whether or not the table has removed it. */
  readonly expiresAt: number;
}

/** Reads a line's row. @throws when the table holds something else */
export function toLine(row: unknown): Line {
  const { ttl, dueKey } = keptShape.parse(row);
  return { entry: lineShape.parse(row), isDue: dueKey !== undefined, expiresAt: ttl * 1000 };
}
