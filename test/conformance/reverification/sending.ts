import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ReverifyRequested } from '../../../functions/core/events/events.ts';
import type { PublishEvents } from '../../../functions/core/events/ports.ts';
import type {
  CheckMessage,
  SendChecks,
  SendStorageEvents,
  StorageEventMessage,
} from '../../../functions/core/records/check-ports.ts';
import { readCheckMessage } from '../../../functions/workflows/reverification/check/check-message.ts';

/** What is sent, and what has come of all that was sent. */
export interface Sending {
  readonly sendChecks: SendChecks;
  readonly sendNotices: SendStorageEvents;
  readonly publish: PublishEvents;
  readonly checks: () => readonly unknown[];
  readonly notices: () => readonly unknown[];
  readonly published: () => readonly { readonly type: string; readonly detail: unknown }[];
}

/** What every implementation of the ports that send does. */
export function sendingConformance(name: string, open: () => Promise<Sending>): void {
  describe(`sending: ${name}`, () => {
    test('checks arrive, however many there are, as they can be read', async () => {
      const { sendChecks, checks } = await open();
      await sendChecks([]);
      const messages = Array.from({ length: 103 }, (_, id): CheckMessage => {
        const uid = randomUUID();
        return id % 2 === 0
          ? { kind: 'check', organizationId: id, uid, claim: randomUUID() }
          : { kind: 'announcement', uid, id: randomUUID() };
      });
      await sendChecks(messages);
      const arrived = checks().map(readCheckMessage);
      const byUid = (a: CheckMessage, b: CheckMessage) => (a.uid < b.uid ? -1 : 1);
      const sent = new Set(messages.map(({ uid }) => uid));
      expect(arrived.filter(({ uid }) => sent.has(uid)).sort(byUid)).toEqual(messages.toSorted(byUid));
    });

    test('notices arrive whole, also large ones', async () => {
      const { sendNotices, notices } = await open();
      const notice = (id: string, more: string): StorageEventMessage => ({
        ...{ source: 'azure.storage', 'detail-type': 'ü', account: '1' },
        detail: { id, more },
      });
      const sent = ['', 'x'.repeat(400_000), 'ü'.repeat(200_000), 'x'.repeat(400_000)].map((more) =>
        notice(randomUUID(), more),
      );
      await sendNotices(sent);
      await sendNotices([]);
      expect(notices()).toHaveLength(sent.length);
      expect(notices()).toEqual(expect.arrayContaining(sent));
    });

    test('events are published, however many there are', async () => {
      const { publish, published } = await open();
      await publish([]);
      const events = Array.from({ length: 23 }, (): ReverifyRequested => {
        return { type: 'ReverifyRequested', detail: { connection: randomUUID() } };
      });
      await publish(events);
      const arrived = published().map(({ type, detail }) => ({ type, detail }));
      expect(arrived).toHaveLength(events.length);
      expect(arrived).toEqual(expect.arrayContaining(events));
    });
  });
}
