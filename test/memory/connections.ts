import type { PendingSecret, RecordVerification, WriteConnections } from '../../functions/core/ports.ts';
import { type Connection, mostConnections } from '../../functions/core/saved-connection.ts';
import { verified } from '../../functions/core/verification.ts';

export interface MemoryConnections {
  readonly write: WriteConnections;
  readonly record: RecordVerification;
  readonly rows: ReadonlyMap<string, Connection>;
  readonly notes: ReadonlyMap<string, PendingSecret>;
}

/** Connections in a map: the same ports as the table, held to the same suite. */
export function memoryConnections(): MemoryConnections {
  const rows = new Map<string, Connection>();
  const notes = new Map<string, PendingSecret>();
  const counters = new Map<number, number>();
  /** Which connection holds a name that is kept free of others. */
  const claims = new Map<string, string>();
  const claimOf = ({ organizationId, name }: Connection) => `${organizationId} ${name}`;
  const isClaimed = (connection: Connection) => claims.has(claimOf(connection));
  const release = (connection: Connection) => {
    if (claims.get(claimOf(connection)) === connection.uid) claims.delete(claimOf(connection));
  };
  const own = (organizationId: number) => [...rows.values()].filter((row) => row.organizationId === organizationId);

  return {
    rows,
    notes,
    async record({ organizationId, uid, credentialVersion, job }, outcome, at) {
      const row = rows.get(uid);
      if (row?.organizationId !== organizationId || row.credential.version !== credentialVersion) return;
      const { verification } = row;
      const waitsFor = verification.status === 'connecting' ? verification.job : undefined;
      if (waitsFor === job) rows.set(uid, { ...row, verification: verified(verification, outcome, at) });
    },
    write: {
      byId: async (organizationId, id) => structuredClone(own(organizationId).find((row) => row.id === id)),
      byUid: async (organizationId, uid) => structuredClone(own(organizationId).find((row) => row.uid === uid)),
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
      async create(connection, name) {
        const others = own(connection.organizationId);
        if (others.length >= mostConnections) return 'full';
        if (isClaimed(connection)) {
          if (name === 'unique') return 'name-taken';
        } else claims.set(claimOf(connection), connection.uid);
        rows.set(connection.uid, structuredClone(connection));
        notes.delete(connection.uid);
        return 'created';
      },
      async update(connection, seen) {
        const row = rows.get(seen.uid);
        if (row?.version !== seen.version) return 'overtaken';
        if (connection.name !== seen.name) {
          if (isClaimed(connection)) return 'name-taken';
          release(seen);
          claims.set(claimOf(connection), connection.uid);
        }
        const isReverified = connection.verification !== seen.verification;
        const verification = isReverified ? connection.verification : row.verification;
        rows.set(seen.uid, structuredClone({ ...connection, verification }));
        return 'updated';
      },
      async remove(seen, pending) {
        if (rows.get(seen.uid)?.version !== seen.version) return false;
        rows.delete(seen.uid);
        release(seen);
        notes.set(pending.uid, pending);
        return true;
      },
    },
  };
}
