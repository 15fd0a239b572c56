import type { AuditEntry } from '../../functions/core/access/audit.ts';
import type { ReadAudit, WriteAudit } from '../../functions/core/ports.ts';

export interface MemoryAudit {
  readonly write: WriteAudit;
  readonly read: ReadAudit;
  /** All that was written and not written over, by id. */
  readonly entries: ReadonlyMap<string, AuditEntry>;
}

const day = 86_400_000;

/** The trail in a map: the same ports as the table, held to the same suite. */
export function memoryAudit({ retentionDays = 365, now = Date.now, mostRows = 2_000 } = {}): MemoryAudit {
  const entries = new Map<string, AuditEntry>();
  const madeAt = (id: string) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  return {
    entries,
    async write(entry) {
      entries.set(entry.id, structuredClone(entry));
    },
    async read({ organizationId, limit, after, from = 0, to = Number.POSITIVE_INFINITY, connection }) {
      const rows = [...entries.values()]
        .filter((entry) => entry.organizationId === organizationId && (after === undefined || entry.id < after))
        .filter(({ id, at }) => madeAt(id) >= from && madeAt(id) <= to && at + retentionDays * day > now())
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const items: AuditEntry[] = [];
      for (const [looked, entry] of rows.entries()) {
        const last = rows[looked - 1];
        if (last && (looked === mostRows || items.length === limit)) return { items, next: last.id };
        if (connection === undefined || entry.connections.includes(connection)) items.push(structuredClone(entry));
      }
      return { items };
    },
  };
}
