import { describeCause } from '../../core/records/check-cause.ts';
import type { StoredEntry } from '../../core/records/history-entry.ts';
import { toDiagnosis, toInventory } from './connection-wire.ts';
import { toTime } from './time-wire.ts';

/** A line of a connection's history: a verdict that is not what the one before was, or a dataset that is not. */
export function toHistoryEntry(entry: StoredEntry) {
  const { id, at, cause, announcedAt } = entry;
  const line = { id, at: toTime(at), cause: describeCause(cause), announcedAt: toTime(announcedAt) };
  switch (entry.kind) {
    case 'verdict':
      return {
        ...line,
        kind: entry.kind,
        from: entry.from ?? null,
        to: entry.to,
        diagnosis: toDiagnosis(entry.diagnosis),
      };
    case 'dataset':
      return { ...line, kind: entry.kind, before: toInventory(entry.before), now: toInventory(entry.now) };
  }
}
