import type { Ports } from '../ports.ts';
import type { Connection } from '../records/connection.ts';
import { type HistoryEntry, isSameKind } from '../records/history-entry.ts';
import { toEvent } from './events.ts';

/** The ports that announcing takes. */
export const publishChangeNeeds = [
  'announcements.write',
  'events.publish',
  'verdicts.write',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof publishChangeNeeds)[number]>;

/**
 * Publishes a line of a connection's history, if it is still to be told: a verdict that another one has followed is
 * not, nor one that is what was told last, nor anything of a connection that is gone.
 *
 * The event comes first and the note that it was published after: a crash in between publishes it once more, with the
 * same id. A line that is announced twice at once may be published twice, too.
 *
 * @param now epoch milliseconds
 */
export async function publishChange(uid: string, id: string, ports: Needs, now: number): Promise<void> {
  const announcements = ports['announcements.write'];
  const entry = await announcements.find(uid, id);
  if (!entry) return;
  const connection = await ports['verdicts.write'].byUid(entry.organizationId, uid);
  if (!connection || !isLatest(entry, connection)) return announcements.passOver(entry);
  const told = entry.kind === 'verdict' ? await announcements.lastTold(uid) : undefined;
  if (entry.kind === 'verdict' && isSameKind(told, entry.to)) return announcements.passOver(entry);
  const event = toEvent(entry, connection, told);
  await ports['events.publish']([event]);
  await announcements.announced(entry, event, now);
}

/** What a dataset became is told step by step; of verdicts the last one counts. */
function isLatest(entry: HistoryEntry, { lastVerdict }: Connection): boolean {
  if (entry.kind === 'dataset') return true;
  return lastVerdict?.at === entry.at && isSameKind(entry.to, lastVerdict);
}
