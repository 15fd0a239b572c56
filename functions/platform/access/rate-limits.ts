import { createHash } from 'node:crypto';
import {
  highestLimit,
  intervalOf,
  type LimitSubject,
  latestWithRoom,
  type RateLimitStatus,
  type TakeFromRateLimit,
  takeFromBucket,
} from '../../core/access/rate-limit.ts';
import { updateWhere } from '../dynamodb/conditional-update.ts';
import { variable } from '../runtime/environment.ts';
import { integerVariable } from '../runtime/integer-variable.ts';

/** Where a subject's bucket is. A caller chose the host, so its name may be of any length and is not kept. */
const limitPlace = (subject: LimitSubject) => {
  const name = subject.kind === 'host' ? createHash('sha256').update(subject.host).digest('hex') : subject.id;
  return { pk: `LIMIT#${subject.kind}#${name}`, sk: 'LIMIT' } as const;
};

/** Seconds for which a row is kept once its bucket is full again, when it says no more than no row would. */
const keptWhenFull = 3_600;

/** Two writes do; a third is for a row that the table dropped between them. */
const mostTries = 3;

/**
 * Limits in the connections table. A bucket is moved on by a write that says what it may be moved on from, so that
 * nothing is read first and callers at once do not undo each other: the first write is for one that is full; what it
 * was refused for decides about the second, which adds to whatever is there by then, as long as that leaves room.
 *
 * A row that is written more often than DynamoDB lets anybody is refused for a second: its limit is met many times over.
 *
 * @throws Error when the deployment's limits are not whole numbers from 1 to `highestLimit`
 */
export const takeAllowance = (): TakeFromRateLimit => {
  const TableName = variable('CONNECTIONS_TABLE');
  const limits: Readonly<Record<LimitSubject['kind'], number>> = {
    key: integerVariable('LIMIT_PER_KEY', highestLimit),
    organization: integerVariable('LIMIT_PER_ORGANIZATION', highestLimit),
    host: integerVariable('LIMIT_PER_HOST', highestLimit),
  };

  return async (subject, now) => {
    const limit = limits[subject.kind];
    const interval = intervalOf(limit);
    const latest = latestWithRoom(limit, now);
    // As if this call were the last that there is room for: at worst a row stays some two minutes too long.
    const ttl = Math.ceil((latest + interval) / 1000) + keptWhenFull;

    let seen: number | undefined;
    for (let tries = 0; tries < mostTries; tries++) {
      const isFull = seen === undefined || seen <= now;
      const moved = await updateWhere({
        TableName,
        Key: limitPlace(subject),
        UpdateExpression: `SET fullAt = ${isFull ? ':next' : 'fullAt + :interval'}, #ttl = :ttl`,
        ConditionExpression: isFull
          ? 'attribute_not_exists(fullAt) OR fullAt <= :now'
          : 'fullAt > :now AND fullAt <= :latest',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ...{ ':now': now, ':ttl': ttl },
          ...(isFull ? { ':next': now + interval } : { ':interval': interval, ':latest': latest }),
        },
      });
      switch (moved.kind) {
        case 'updated':
          return takeFromBucket(Number(moved.changed['fullAt']) - interval, limit, now).allowance;
        case 'throttled':
          return contended(limit, now);
        case 'refused': {
          const fullAt = moved.row?.['fullAt']?.N;
          seen = fullAt === undefined ? undefined : Number(fullAt);
          const { allowance } = takeFromBucket(seen, limit, now);
          if (!allowance.allowed) return allowance;
        }
      }
    }
    return contended(limit, now);
  };
};

/** What is said of a bucket that nobody got to look into: to come back soon, and at worst that it is empty. */
const contended = (limit: number, now: number): RateLimitStatus => ({
  allowed: false,
  at: now,
  limit,
  remaining: 0,
  retryAfterSeconds: 1,
  resetSeconds: Math.ceil((limit * intervalOf(limit)) / 1000),
});
