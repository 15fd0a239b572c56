import type { Due, FindDue, WriteChecks } from '../../functions/core/records/check-ports.ts';
import type { Connection } from '../../functions/core/records/connection.ts';
import type { ConnectionLocation } from '../../functions/core/records/connection-ports.ts';
import type { NextCheck } from '../../functions/core/records/schedule.ts';
import type { MemoryHistory } from './history.ts';

const shards = 3;
const shardOf = (uid: string) => (uid.codePointAt(uid.length - 1) ?? 0) % shards;

/**
 * Next checks in the map of connections, and what is due of them and of histories: the same ports as the table, held
 * to the same suite.
 *
 * @param rows written to
 */
export function memoryChecks(
  rows: Map<string, Connection>,
  history: Pick<MemoryHistory, 'due'>,
): { readonly write: WriteChecks; readonly due: FindDue } {
  const own = ({ organizationId, uid }: ConnectionLocation) => {
    const row = rows.get(uid);
    return row?.organizationId === organizationId ? row : undefined;
  };
  /** Puts another check in the place of one that the condition holds of. */
  const change = (
    of: ConnectionLocation,
    holds: (check: NextCheck) => boolean,
    next: (check: NextCheck) => NextCheck,
  ): Connection | undefined => {
    const row = own(of);
    if (!row?.check || !holds(row.check)) return undefined;
    const changed = { ...row, check: next(row.check) };
    rows.set(row.uid, changed);
    return structuredClone(changed);
  };
  const untaken = ({ claim: _claim, begunAt: _begun, job: _job, ...check }: NextCheck): NextCheck => check;

  return {
    write: {
      claim: async (of, dueAt, claim, until) =>
        change(
          of,
          (check) => check.dueAt === dueAt,
          (check) => ({ ...untaken(check), dueAt: until, claim }),
        ) !== undefined,
      begin: async (of, claim, now, deadBefore) =>
        change(
          of,
          ({ claim: taken, begunAt, job }) =>
            taken === claim && job === undefined && (begunAt === undefined || begunAt < deadBefore),
          (check) => ({ ...check, begunAt: now }),
        ),
      async recordMark(of) {
        const row = own(of);
        if (row) rows.set(row.uid, { ...row, isSecretMarked: true });
      },
      loop: async (of, claim, job, until) =>
        change(
          of,
          (check) => check.claim === claim,
          (check) => ({ ...check, job, dueAt: until }),
        ) !== undefined,
      postpone: async (of, claim, dueAt) =>
        change(
          of,
          (check) => check.claim === claim,
          (check) => ({ ...untaken(check), dueAt }),
        ) !== undefined,
      async bringForward(of, { dueAt, cause, rotated }, only) {
        const row = own(of);
        if (!row || (only && row.credential.accessKey !== only.accessKey)) return false;
        const why = { cause, ...(rotated && { rotated }) };
        if (!row.check) {
          rows.set(row.uid, { ...row, check: { dueAt, failures: 0, ...why } });
          return true;
        }
        const isLate = (check: NextCheck) => check.dueAt > dueAt || check.claim !== undefined;
        if (change(of, isLate, (check) => ({ ...untaken(check), ...why, dueAt }))) return true;
        // It is looked at by then anyway, but has to be with the other version; every change but a beginning moves it.
        return (
          rotated === true &&
          change(
            of,
            (check) => check.rotated === undefined,
            (check) => ({ ...check, ...why, dueAt: dueAt + 1 }),
          ) !== undefined
        );
      },
    },
    due: {
      shards,
      async inShard(shard, now, limit) {
        const checks = [...rows.values()].flatMap(({ organizationId, uid, check }): readonly Due[] =>
          check && check.dueAt <= now ? [{ kind: 'check', organizationId, uid, dueAt: check.dueAt }] : [],
        );
        const all = [...checks, ...history.due(now)].filter(({ uid }) => shardOf(uid) === shard);
        return all.sort((a, b) => a.dueAt - b.dueAt).slice(0, limit);
      },
    },
  };
}
