import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../../core/records/connection.ts';
import { rowChange } from '../dynamodb/update-expression.ts';
import { checkKeys, connectionKeyOf, watchedKeys } from './connection-row.ts';

/**
 * The change of a connection's row, made to the version that was seen. What is recorded without another version (its
 * verification, its next check, another version of its secret) is written only where this change made it anew.
 */
export function changeOf(connection: Connection, seen: Connection) {
  const { name, synchronize, options, updatedAt, version } = connection;
  const isReverified = connection.verification !== seen.verification;
  const isElsewhere = isChanged('target', connection, seen) || isChanged('credential', connection, seen);
  const parts = {
    ...{ name, synchronize, options, updatedAt, version },
    ...(isReverified && verdictParts(connection)),
    ...(isElsewhere && { target: connection.target, ...watchedKeys(connection) }),
    ...changedParts(connection, seen),
  };
  // Both count on the secret's version that was seen; a change of anything else goes with whichever there is.
  const countsOnSecret = isReverified || isElsewhere;
  return onCondition(connection, parts, countsOnSecret ? [isVersion(seen), hasCredential(seen)] : [isVersion(seen)]);
}

/** What a verdict changes of a connection's row, on the condition that it is as it was seen. */
export const verdictOf = (changed: Connection, seen: Connection) =>
  onCondition(
    seen,
    {
      ...verdictParts(changed),
      ...changedParts(changed, seen),
      ...(isChanged('credential', changed, seen) && watchedKeys({ ...changed, target: seen.target })),
    },
    [isVersion(seen), hasCredential(seen), isRecorded(seen), isDue(seen)],
  );

/** What is written with a verdict. */
const verdictParts = (connection: Connection) => {
  const { verification, lastVerdict, recorded, check } = connection;
  return { verification, lastVerdict, recorded, check, ...checkKeys(connection) };
};

const isChanged = (part: keyof Connection, connection: Connection, seen: Connection): boolean =>
  !isDeepStrictEqual(connection[part], seen[part]);

/** What is written only where it is not as it was seen. */
const changedParts = (connection: Connection, seen: Connection) =>
  Object.fromEntries(
    (['credential', 'inventory', 'dataset'] as const)
      .filter((part) => isChanged(part, connection, seen))
      .map((part) => [part, connection[part]]),
  );

/** A condition, with the names and values that it has beyond those of a change. */
interface Condition {
  readonly expression: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

const isVersion = ({ version }: Connection): Condition => ({
  expression: '#version = :seenVersion',
  names: { '#version': 'version' },
  values: { ':seenVersion': version },
});

const hasCredential = ({ credential }: Connection): Condition => ({
  expression: '#credential.#version = :seenCredential',
  names: { '#credential': 'credential', '#version': 'version' },
  values: { ':seenCredential': credential.version },
});

const isRecorded = ({ recorded }: Connection): Condition => ({
  expression: recorded === undefined ? 'attribute_not_exists(#recorded)' : '#recorded = :seenRecorded',
  names: { '#recorded': 'recorded' },
  values: recorded === undefined ? {} : { ':seenRecorded': recorded },
});

const isDue = ({ check }: Connection): Condition => ({
  expression: check === undefined ? 'attribute_not_exists(#check)' : '#check.#dueAt = :seenDueAt',
  names: { '#check': 'check', ...(check && { '#dueAt': 'dueAt' }) },
  values: check === undefined ? {} : { ':seenDueAt': check.dueAt },
});

function onCondition(
  { organizationId, uid }: Connection,
  parts: Readonly<Record<string, unknown>>,
  conditions: readonly Condition[],
) {
  const change = rowChange(parts);
  return {
    Key: connectionKeyOf(organizationId, uid),
    UpdateExpression: change.UpdateExpression,
    ConditionExpression: conditions.map(({ expression }) => expression).join(' AND '),
    ExpressionAttributeNames: Object.assign(
      {},
      change.ExpressionAttributeNames,
      ...conditions.map(({ names }) => names),
    ),
    ExpressionAttributeValues: Object.assign(
      {},
      change.ExpressionAttributeValues,
      ...conditions.map(({ values }) => values),
    ),
  };
}
