import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ReleaseJobSlot, TakeJobSlot } from '../../core/jobs/ports.ts';
import type { JobReference } from '../../core/records/job.ts';
import { conditionHeld, table } from '../dynamodb/client.ts';
import { updateWhere } from '../dynamodb/conditional-update.ts';
import { variable } from '../runtime/environment.ts';
import { integerVariable } from '../runtime/integer-variable.ts';

/** One row for the whole deployment: a map of places, each under its job's name, until when it is taken. */
const placesRow = { pk: 'UNSAVED', sk: 'JOBS' } as const;
const nameOf = ({ fingerprint, generation }: JobReference): string => `${fingerprint.slice(0, 24)}-${generation}`;

/** All of them have to fit into one row, which is written anew with each that is taken or left. */
const mostPlaces = 1_000;
/** Places freed in one go; an expression has 300 operators at most, and 4 KB. */
const freedAtOnce = 25;
/** One may be lost to whoever makes the row, one to whoever frees places. */
const mostTries = 3;

/**
 * Places for unsaved jobs in the connections table, counted by the write that takes one. Those whose time is up are
 * freed when there are no others. A row that DynamoDB lets nobody write any more often counts as full.
 *
 * @throws Error when the deployment's number of places is not a whole number from 1 to 1,000
 */
export const takeJobSlot = (): TakeJobSlot => {
  const row = { TableName: variable('CONNECTIONS_TABLE'), Key: placesRow };
  const cap = integerVariable('UNSAVED_JOBS', mostPlaces);

  const take = (name: string, until: number) =>
    updateWhere({
      ...row,
      UpdateExpression: 'SET places.#job = :until',
      ConditionExpression: 'attribute_exists(places) AND (size(places) < :cap OR attribute_exists(places.#job))',
      ExpressionAttributeNames: { '#job': name },
      ExpressionAttributeValues: { ':until': until, ':cap': cap },
    });
  const takeFirst = (name: string, until: number) =>
    updateWhere({
      ...row,
      UpdateExpression: 'SET places = :places',
      ConditionExpression: 'attribute_not_exists(places)',
      ExpressionAttributeValues: { ':places': { [name]: until } },
    });
  /** All of them or none: a job that took its place anew meanwhile keeps it. */
  const free = (expired: readonly (readonly [name: string, until: number])[]) =>
    updateWhere({
      ...row,
      UpdateExpression: `REMOVE ${expired.map((_, at) => `places.#p${at}`).join(', ')}`,
      ConditionExpression: expired.map((_, at) => `places.#p${at} = :u${at}`).join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(expired.map(([name], at) => [`#p${at}`, name])),
      ExpressionAttributeValues: Object.fromEntries(expired.map(([, until], at) => [`:u${at}`, until])),
    });

  return async (job, until, now) => {
    const name = nameOf(job);
    for (let tries = 0; tries < mostTries; tries++) {
      const took = await take(name, until);
      if (took.kind !== 'refused') return took.kind === 'updated';
      const places = took.row?.['places']?.M;
      if (places) {
        const expired = expiredOf(places, now);
        if (expired.length === 0) return false;
        await free(expired);
      } else if ((await takeFirst(name, until)).kind === 'updated') {
        return true;
      }
    }
    return false;
  };
};

const expiredOf = (places: Readonly<Record<string, AttributeValue>>, now: number) =>
  Object.entries(places)
    .map(([name, { N }]) => [name, Number(N)] as const)
    .filter(([, until]) => until <= now)
    .slice(0, freedAtOnce);

/** Leaves a job's place in the connections table. */
export const releaseJobSlot = (): ReleaseJobSlot => {
  const TableName = variable('CONNECTIONS_TABLE');
  return async (job) => {
    await conditionHeld(
      table.send(
        new UpdateCommand({
          TableName,
          Key: placesRow,
          UpdateExpression: 'REMOVE places.#job',
          ConditionExpression: 'attribute_exists(places.#job)',
          ExpressionAttributeNames: { '#job': nameOf(job) },
        }),
      ),
    );
  };
};
