import { toEventId } from '../../functions/core/events/event-id.ts';
import type { PublishedEvent, ServiceEvent } from '../../functions/core/events/events.ts';
import type { ReadHistory, WriteAnnouncements } from '../../functions/core/events/ports.ts';
import type { Due } from '../../functions/core/records/check-ports.ts';
import type {
  HistoryEntry,
  PendingEntry,
  StoredEntry,
  VerdictKind,
} from '../../functions/core/records/history-entry.ts';
import { pageOf } from './page.ts';

/** A line of a history, and from when on it is due to be announced, where it still is (epoch milliseconds). */
export interface MemoryLine {
  readonly entry: StoredEntry;
  readonly dueAt?: number;
}

export interface MemoryHistory {
  readonly read: ReadHistory;
  readonly announcements: WriteAnnouncements;
  /** Puts lines there, as the write that they belong to does. */
  readonly put: (lines: readonly PendingEntry[]) => void;
  /** Forgets what was announced last of a connection, as its removal does. */
  readonly forget: (uid: string) => void;
  /** The lines that are due at a moment. */
  readonly due: (now: number) => readonly Due[];
  /** Every line, by `<uid> <id>`, in the order in which they were written. */
  readonly lines: ReadonlyMap<string, MemoryLine>;
}

const day = 86_400_000;
const eventDays = 7;

/** Histories in maps: the same ports as the table, held to the same suite. */
export function memoryHistory({ retentionDays = 365, now = Date.now } = {}): MemoryHistory {
  const lines = new Map<string, MemoryLine>();
  const events = new Map<string, PublishedEvent>();
  const told = new Map<string, VerdictKind>();
  const nameOf = (uid: string, id: string) => `${uid} ${id}`;
  const unannounced = (uid: string, id: string) => {
    const line = lines.get(nameOf(uid, id));
    return line?.dueAt === undefined ? undefined : { entry: line.entry, dueAt: line.dueAt };
  };

  return {
    lines,
    put(added) {
      for (const { entry, announceAt } of added) {
        lines.set(nameOf(entry.uid, entry.id), { entry: structuredClone(entry), dueAt: announceAt });
      }
    },
    forget: (uid) => void told.delete(uid),
    due: (at) =>
      [...lines.values()].flatMap(({ entry: { uid, id }, dueAt }): readonly Due[] =>
        dueAt !== undefined && dueAt <= at ? [{ kind: 'announcement', uid, id, dueAt }] : [],
      ),
    read: {
      async list(uid, page) {
        const own = [...lines.values()].flatMap(({ entry }) => (entry.uid === uid ? [entry] : []));
        const kept = own.filter(({ at }) => at + retentionDays * day > now()).sort((a, b) => (a.id < b.id ? 1 : -1));
        return pageOf(
          kept,
          page,
          ({ id }) => id,
          ({ id }, after) => id < after,
        );
      },
      async announced(page) {
        const kept = [...events.values()].filter(({ publishedAt }) => publishedAt + eventDays * day > now());
        return pageOf(
          kept.sort((a, b) => (a.id < b.id ? -1 : 1)),
          page,
          ({ id }) => id,
          ({ id }, after) => id > after,
        );
      },
    },
    announcements: {
      find: async (uid, id) => structuredClone(unannounced(uid, id)?.entry),
      lastTold: async (uid) => told.get(uid),
      async take(uid, id, dueAt, until) {
        const line = unannounced(uid, id);
        if (line?.dueAt !== dueAt) return false;
        lines.set(nameOf(uid, id), { ...line, dueAt: until });
        return true;
      },
      async announced(entry: HistoryEntry, event: ServiceEvent, at) {
        const line = unannounced(entry.uid, entry.id);
        if (!line) return;
        lines.set(nameOf(entry.uid, entry.id), { entry: { ...line.entry, announcedAt: at } });
        const id = toEventId(at, entry.id);
        events.set(id, structuredClone({ id, publishedAt: at, type: event.type, detail: { ...event.detail } }));
        if (entry.kind === 'verdict') told.set(entry.uid, entry.to);
      },
      async passOver({ uid, id }) {
        const line = unannounced(uid, id);
        if (line) lines.set(nameOf(uid, id), { entry: line.entry });
      },
    },
  };
}
