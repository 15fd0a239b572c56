import { isDeepStrictEqual } from 'node:util';
import type { FindDue, WriteChecks } from '../../functions/core/records/check-ports.ts';
import { type Connection, mostConnections } from '../../functions/core/records/connection.ts';
import type {
  FindWatched,
  LocateConnection,
  PendingSecret,
  VerifiedConnections,
  WriteConnections,
} from '../../functions/core/records/connection-ports.ts';
import { eventSourceOf } from '../../functions/core/reverification/event-source.ts';
import { memoryChecks } from './checks.ts';
import { type MemoryHistory, memoryHistory } from './history.ts';
import { pageOf } from './page.ts';

export interface MemoryConnections {
  readonly write: WriteConnections;
  readonly verified: VerifiedConnections;
  readonly locate: LocateConnection;
  readonly watched: FindWatched;
  readonly checks: WriteChecks;
  readonly due: FindDue;
  readonly history: MemoryHistory;
  readonly rows: ReadonlyMap<string, Connection>;
  readonly notes: ReadonlyMap<string, PendingSecret>;
  /** What a crash or an earlier version of the service could leave: a test may write it. */
  readonly litter: {
    readonly rows: Map<string, Connection>;
    /** Which connection holds a name, by `<organization> <name>`. */
    readonly claims: Map<string, string>;
    /** Connections that are not found by their uid alone. */
    readonly unlocated: Set<string>;
  };
}

/** Connections in a map: the same ports as the table, held to the same suite. Lines of theirs go to the history. */
export function memoryConnections(history: MemoryHistory = memoryHistory()): MemoryConnections {
  const rows = new Map<string, Connection>();
  const notes = new Map<string, PendingSecret>();
  const counters = new Map<number, number>();
  /** Which connection holds a name that is kept free of others. */
  const claims = new Map<string, string>();
  const unlocated = new Set<string>();
  const claimOf = ({ organizationId, name }: Connection) => `${organizationId} ${name}`;
  const isClaimed = (connection: Connection) => claims.has(claimOf(connection));
  const release = (connection: Connection) => {
    if (claims.get(claimOf(connection)) === connection.uid) claims.delete(claimOf(connection));
  };
  const own = (organizationId: number) => [...rows.values()].filter((row) => row.organizationId === organizationId);

  const ownOf = (organizationId: number, uid: string) => {
    const row = rows.get(uid);
    return row?.organizationId === organizationId ? row : undefined;
  };
  const byUid = async (organizationId: number, uid: string) => structuredClone(ownOf(organizationId, uid));
  const { write: checks, due } = memoryChecks(rows, history);

  return {
    rows,
    notes,
    history,
    ...{ checks, due },
    litter: { rows, claims, unlocated },
    async locate(uid) {
      const row = unlocated.has(uid) ? undefined : rows.get(uid);
      return row && { organizationId: row.organizationId, uid };
    },
    async watched({ owner, bucket }, page) {
      const found = [...rows.values()].flatMap(({ organizationId, uid, ...row }) => {
        const watched = eventSourceOf(row);
        const isMeant = watched?.owner === owner && (bucket === undefined || watched.bucket === bucket);
        return isMeant ? [{ name: `${watched.bucket}#${uid}`, place: { organizationId, uid } }] : [];
      });
      const { items, next } = pageOf(
        found.sort((a, b) => (a.name < b.name ? -1 : 1)),
        page,
        ({ name }) => name,
        ({ name }, after) => name > after,
      );
      return { items: items.map(({ place }) => place), ...(next !== undefined && { next }) };
    },
    verified: {
      byUid,
      async put(changed, seen, lines) {
        const row = ownOf(seen.organizationId, seen.uid);
        const isAsSeen =
          row?.version === seen.version &&
          row.recorded === seen.recorded &&
          row.check?.dueAt === seen.check?.dueAt &&
          row.credential.version === seen.credential.version;
        if (!isAsSeen) return false;
        const others = changedParts(changed, seen).filter((part) => part !== 'target');
        rows.set(seen.uid, withParts(row, changed, ['recorded', 'verification', 'lastVerdict', 'check', ...others]));
        history.put(lines);
        return true;
      },
      // Lets every other writer run before the next attempt, as a pause does.
      backOff: () => new Promise((resolve) => setImmediate(resolve)),
    },
    write: {
      byId: async (organizationId, id) => structuredClone(own(organizationId).find((row) => row.id === id)),
      byUid,
      all: async (organizationId) => structuredClone(own(organizationId).sort((a, b) => (a.uid < b.uid ? 1 : -1))),
      async nextId(organizationId) {
        const next = (counters.get(organizationId) ?? 0) + 1;
        counters.set(organizationId, next);
        return next;
      },
      async expectSecret(pending) {
        notes.set(pending.uid, pending);
      },
      overdueSecrets: async (organizationId, now) =>
        [...notes.values()].filter((note) => note.organizationId === organizationId && note.dueAt <= now),
      async forgetSecret({ uid }) {
        notes.delete(uid);
      },
      async create(connection, name, lines = []) {
        if (rows.size >= mostConnections && own(connection.organizationId).length >= mostConnections) return 'full';
        if (isClaimed(connection)) {
          if (name === 'unique') return 'name-taken';
        } else claims.set(claimOf(connection), connection.uid);
        rows.set(connection.uid, structuredClone(connection));
        notes.delete(connection.uid);
        history.put(lines);
        return 'created';
      },
      async update(connection, seen, lines = []) {
        const row = rows.get(seen.uid);
        if (row?.version !== seen.version) return 'overtaken';
        const isReverified = connection.verification !== seen.verification;
        const changed = changedParts(connection, seen);
        const countsOnSecret = isReverified || changed.includes('target') || changed.includes('credential');
        if (countsOnSecret && row.credential.version !== seen.credential.version) return 'overtaken';
        if (connection.name !== seen.name) {
          if (isClaimed(connection)) return 'name-taken';
          release(seen);
          claims.set(claimOf(connection), connection.uid);
        }
        const recorded = ['verification', 'check', 'lastVerdict', 'recorded'] as const;
        rows.set(
          seen.uid,
          withParts(row, connection, [
            ...(['name', 'synchronize', 'options', 'updatedAt', 'version'] as const),
            ...(isReverified ? recorded : []),
            ...changed,
          ]),
        );
        history.put(lines);
        return 'updated';
      },
      async remove(seen, pending) {
        if (rows.get(seen.uid)?.version !== seen.version) return false;
        rows.delete(seen.uid);
        release(seen);
        notes.set(pending.uid, pending);
        history.forget(seen.uid);
        return true;
      },
    },
  };
}

/** What is written only where it is not as it was seen: it may have been recorded anew meanwhile. */
const changedParts = (changed: Connection, seen: Connection) =>
  (['target', 'credential', 'inventory', 'dataset'] as const).filter(
    (part) => !isDeepStrictEqual(changed[part], seen[part]),
  );

/** A row with some parts of another; what the other does not have is gone. */
function withParts(row: Connection, from: Connection, parts: readonly (keyof Connection)[]): Connection {
  const taken = Object.fromEntries(Object.entries(from).filter(([part]) => parts.some((name) => name === part)));
  const absent = new Set<string>(parts.filter((part) => from[part] === undefined));
  const merged: Connection = { ...row, ...taken };
  for (const part of absent) Reflect.deleteProperty(merged, part);
  return structuredClone(merged);
}
