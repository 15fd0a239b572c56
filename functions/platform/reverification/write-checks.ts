import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { WriteChecks } from '../../core/records/check-ports.ts';
import type { ConnectionLocation } from '../../core/records/connection-ports.ts';
import { connectionKeyOf, toConnection } from '../connections/connection-row.ts';
import { conditionHeld, table } from '../dynamodb/client.ts';
import { checkDue } from '../dynamodb/due-index.ts';
import { retryOnConflict } from '../dynamodb/retry-conflicts.ts';
import { variable } from '../runtime/environment.ts';

/** One update of a row; `#part` and `:value` in the expressions. */
interface Step {
  readonly set: Readonly<Record<string, unknown>>;
  readonly removed?: readonly string[];
  readonly when: string;
  readonly given?: Readonly<Record<string, unknown>>;
}

/** A part of `check` in an expression: its name is a reserved word. */
const part = (name: string): string => `#check.#${name}`;
const untaken = [part('claim'), part('begunAt'), part('job')];

/** Next checks on the rows of connections in the connections table. Each change is one conditional write. */
export const writeChecks = (): WriteChecks => {
  const TableName = variable('CONNECTIONS_TABLE');

  /** @returns the row as it is then; undefined when the condition did not hold */
  const change = async (of: ConnectionLocation, { set, removed = [], when, given = {} }: Step): Promise<unknown> => {
    const paths = Object.keys(set);
    const update = new UpdateCommand({
      TableName,
      Key: connectionKeyOf(of.organizationId, of.uid),
      UpdateExpression: [
        `SET ${paths.map((path, at) => `${path} = :set${at}`).join(', ')}`,
        ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
      ].join(' '),
      ConditionExpression: when,
      ExpressionAttributeNames: namesIn(...paths, ...removed, when),
      ExpressionAttributeValues: {
        ...Object.fromEntries(paths.map((path, at) => [`:set${at}`, set[path]])),
        ...given,
      },
      ReturnValues: 'ALL_NEW',
    });
    let row: unknown;
    await conditionHeld(
      retryOnConflict(async () => {
        row = (await table.send(update)).Attributes;
      }),
    );
    return row;
  };
  const made = async (of: ConnectionLocation, step: Step): Promise<boolean> => (await change(of, step)) !== undefined;
  /** The moment, and the keys by which it is found. */
  const dueAgain = (uid: string, dueAt: number) => {
    const { due, dueKey } = checkDue(uid, dueAt);
    return { [part('dueAt')]: dueAt, '#due': due, '#dueKey': dueKey };
  };

  return {
    claim: (of, dueAt, claim, until) =>
      made(of, {
        set: { ...dueAgain(of.uid, until), [part('claim')]: claim },
        removed: [part('begunAt'), part('job')],
        when: `${part('dueAt')} = :seen`,
        given: { ':seen': dueAt },
      }),
    async begin(of, claim, now, deadBefore) {
      const row = await change(of, {
        set: { [part('begunAt')]: now },
        when: [
          `${part('claim')} = :claim`,
          `(attribute_not_exists(${part('begunAt')}) OR ${part('begunAt')} < :deadBefore)`,
          `attribute_not_exists(${part('job')})`,
        ].join(' AND '),
        given: { ':claim': claim, ':deadBefore': deadBefore },
      });
      return row === undefined ? undefined : toConnection(row);
    },
    async recordMark(of) {
      await change(of, { set: { '#isSecretMarked': true }, when: 'attribute_exists(#pk)' });
    },
    loop: (of, claim, job, until) =>
      made(of, {
        set: { ...dueAgain(of.uid, until), [part('job')]: job },
        when: `${part('claim')} = :claim`,
        given: { ':claim': claim },
      }),
    postpone: (of, claim, dueAt) =>
      made(of, {
        set: dueAgain(of.uid, dueAt),
        removed: untaken,
        when: `${part('claim')} = :claim`,
        given: { ':claim': claim },
      }),
    async bringForward(of, { dueAt, cause, rotated }, only) {
      const why = { [part('cause')]: cause, ...(rotated && { [part('rotated')]: rotated }) };
      const step = (set: Step['set'], when: string, given: Step['given'] = {}, removed: Step['removed'] = []) =>
        made(of, {
          ...{ set, removed },
          when: only ? `${when} AND #credential.#accessKey = :accessKey` : when,
          given: { ...given, ...(only && { ':accessKey': only.accessKey }) },
        });
      const isLate = `(${part('dueAt')} > :by OR attribute_exists(${part('claim')}))`;
      if (await step({ ...dueAgain(of.uid, dueAt), ...why }, isLate, { ':by': dueAt }, untaken)) return true;
      // It is looked at by then anyway, but has to be with the other version; that it is moved lets a verdict that is
      // just being recorded notice.
      const isUnaware = `${part('dueAt')} <= :by AND attribute_not_exists(${part('rotated')})`;
      if (rotated && (await step({ ...dueAgain(of.uid, dueAt + 1), ...why }, isUnaware, { ':by': dueAt }))) return true;
      // A part of a map that is not there cannot be set. Such a row is what an earlier version of the service stored.
      const { [part('dueAt')]: _dueAt, ...keys } = dueAgain(of.uid, dueAt);
      const check = { dueAt, failures: 0, cause, ...(rotated && { rotated }) };
      return step({ '#check': check, ...keys }, 'attribute_exists(#pk) AND attribute_not_exists(#check)');
    },
  };
};

/** The names that expressions mention, each of the attribute that it is called after. */
const namesIn = (...expressions: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(expressions.flatMap((text) => text.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));
