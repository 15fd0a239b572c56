import { describe, expect, test } from 'vitest';
import { toEvent } from '../../../functions/core/events/events.ts';
import type { ReadHistory, WriteAnnouncements } from '../../../functions/core/events/ports.ts';
import type { WriteConnections } from '../../../functions/core/records/connection-ports.ts';
import type { VerdictKind } from '../../../functions/core/records/history-entry.ts';
import { datasetLineOf, lineOf, newConnection, now, organization } from '../connections/connection-scene.ts';

/** Days that lines are kept for here. */
export const triedHistoryDays = 30;

const day = 86_400_000;

/** What every implementation of the ports of histories does. Each test uses connections of its own. */
export function historiesConformance(
  name: string,
  open: (now: number) => Promise<{
    readonly write: WriteConnections;
    readonly history: ReadHistory;
    readonly announcements: WriteAnnouncements;
  }>,
): void {
  /** A connection with some lines of its history, `at` milliseconds after `now` each. */
  async function opened(clock = now, times: readonly number[] = [1]) {
    const ports = await open(clock);
    const connection = newConnection(organization(), 1);
    const lines = times.map((at) => lineOf(connection, at));
    await ports.write.create(connection, 'unique', lines);
    const entries = lines.map(({ entry }) => entry);
    const [entry] = entries;
    if (!entry) throw new Error('There is one.');
    return { ...ports, connection, entries, entry, event: toEvent(entry, connection, undefined) };
  }

  describe(`histories: ${name}`, () => {
    test('lines are read newest first, whole, page by page, of one connection', async () => {
      const { write, history, connection, entries } = await opened(now, [1, 2]);
      const { uid } = connection;
      const more = [datasetLineOf(connection, 3), lineOf(connection, 4, { cause: { kind: 'user' } })];
      await write.update({ ...connection, version: 2 }, connection, more);
      const all = [...entries, ...more.map(({ entry }) => entry)].reverse();
      expect(await history.list(uid, { limit: 4 })).toEqual({ items: all });
      const first = await history.list(uid, { limit: 3 });
      expect(first.items).toEqual(all.slice(0, 3));
      expect(await history.list(uid, { limit: 3, after: first.next ?? '' })).toEqual({ items: all.slice(3) });
      expect(await history.list(newConnection(1, 1).uid, { limit: 3 })).toEqual({ items: [] });
    });

    test('lines are kept for as long as the deployment says', async () => {
      const { history, connection, entries } = await opened(now + triedHistoryDays * day, [0, 2_000]);
      expect((await history.list(connection.uid, { limit: 9 })).items).toEqual(entries.slice(1));
    });

    test('a line is found until it is announced, and taken by one at a time', async () => {
      const { announcements, connection, entry, event, history } = await opened();
      const { uid, id, at } = entry;
      expect(await announcements.find(uid, id)).toEqual(entry);
      expect(await announcements.find(connection.uid, lineOf(connection, 9).entry.id)).toBeUndefined();
      expect(await announcements.take(uid, id, at + 1, at + 9)).toBe(false);
      const won = await Promise.all([1, 2, 3].map(() => announcements.take(uid, id, at, at + 9)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await announcements.take(uid, id, at + 9, at + 19)).toBe(true);
      expect(await announcements.find(uid, id)).toEqual(entry);
      await announcements.announced(entry, event, now + 50);
      expect(await announcements.find(uid, id)).toBeUndefined();
      expect(await announcements.take(uid, id, at + 19, at + 29)).toBe(false);
      expect((await history.list(uid, { limit: 1 })).items).toEqual([{ ...entry, announcedAt: now + 50 }]);
    });

    test('the verdict that was announced last is known, whatever was passed over, until the connection goes', async () => {
      const { write, announcements, connection, entries, event, history } = await opened(now, [1, 2, 3]);
      const { uid } = connection;
      const [first, second, third] = entries;
      if (!first || !second || !third) throw new Error('There are three.');
      expect(await announcements.lastTold(uid)).toBeUndefined();
      await announcements.announced(first, event, now + 4);
      const told: VerdictKind = { status: 'error', code: 'list-denied' };
      expect(await announcements.lastTold(uid)).toEqual(told);
      await announcements.passOver(second);
      await announcements.passOver(first);
      expect(await announcements.find(uid, second.id)).toBeUndefined();
      // Passed over, it cannot be announced any more.
      await announcements.announced({ ...second, kind: 'verdict', to: { status: 'connected' } }, event, now + 5);
      const dataset = datasetLineOf(connection, 4);
      await write.update({ ...connection, version: 2 }, connection, [dataset]);
      await announcements.announced(dataset.entry, toEvent(dataset.entry, connection, told), now + 6);
      expect(await announcements.lastTold(uid)).toEqual(told);
      const kept = [{ ...dataset.entry, announcedAt: now + 6 }, third, second, { ...first, announcedAt: now + 4 }];
      expect((await history.list(uid, { limit: 9 })).items).toEqual(kept);
      const seen = { ...connection, version: 2 };
      await write.remove(seen, { organizationId: connection.organizationId, uid, dueAt: now });
      expect(await announcements.lastTold(uid)).toBeUndefined();
      expect((await history.list(uid, { limit: 9 })).items).toEqual(kept);
    });

    test('what was announced is read in its order, over the days that it is kept, each once', async () => {
      // Far from the other tests, which announce things too.
      const clock = now + 99 * day + organization() * 1_000;
      const times = [-7.00003, -6.5, -2, -1.9999, 0].map((days) => clock + Math.round(days * day));
      const { announcements, history, connection, entries, event } = await opened(
        clock,
        times.map((at) => at - now),
      );
      for (const [index, entry] of entries.entries()) {
        const at = times[index] ?? 0;
        await announcements.announced(entry, toEvent(entry, connection, undefined), at);
        await announcements.announced(entry, event, at + 1);
      }
      const all = (await history.announced({ limit: 9 })).items;
      expect(all.map(({ publishedAt }) => publishedAt)).toEqual(times.slice(1));
      expect(all.map(({ detail }) => detail['id'])).toEqual(entries.slice(1).map(({ id }) => id));
      const [first] = all;
      expect(first?.type).toBe('ConnectionVerificationChanged');
      expect(first?.id).toMatch(/^\d{4}-\d\d-\d\d\/\d{13}#/);
      const walked: unknown[] = [];
      for (let page = await history.announced({ limit: 1 }); ; ) {
        walked.push(...page.items);
        if (page.next === undefined) break;
        page = await history.announced({ limit: 1, after: page.next });
      }
      expect(walked).toEqual(all);
      // Whatever it is called, the next is the one that comes after it.
      for (const after of ['', '2000-01-01', `${first?.id.slice(0, 10)}/`, `${first?.id.slice(0, 12)}`]) {
        expect((await history.announced({ limit: 9, after })).items).toEqual(all);
      }
      expect(await history.announced({ limit: 9, after: '9' })).toEqual({ items: [] });
      expect(await history.announced({ limit: 9, after: all.at(-1)?.id ?? '' })).toEqual({ items: [] });
    });
  });
}
