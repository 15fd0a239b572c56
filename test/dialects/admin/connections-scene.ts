import { randomBytes } from 'node:crypto';
import { newOrganization } from '../../../functions/core/access/create-organization.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { toEvent } from '../../../functions/core/events/events.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { HistoryEntry } from '../../../functions/core/records/history-entry.ts';
import { newUid } from '../../../functions/core/uid.ts';
import { memoryService } from '../../memory/service.ts';
import { operatorRequest } from './operator-request.ts';

export const start = Date.parse('2026-11-21T10:00:00Z');
export const minute = 60_000;

/** A connection of organization 1 that works, but for what is said otherwise. @param at when it was made */
export function connectionAt(at: number, of: Partial<Connection> = {}): Connection {
  return {
    uid: newUid(at, () => 0.5),
    ...{ id: 1, organizationId: 1, name: 'acme', revealable: false, synchronize: false, version: 1 },
    target: { provider: 's3', endpoint: 'https://s3.us-west-2.amazonaws.com', bucket: 'acme', prefix: '' },
    credential: { kind: 'access-key-pair', accessKey: 'name', version: 'v1' },
    verification: { status: 'connected', since: at, verifiedAt: at },
    ...{ createdAt: at, updatedAt: at },
    ...of,
  };
}

export const inventory = (files: number) => {
  const part = { images: { files, bytes: 10 }, annotations: { files: 0, bytes: 0 } };
  return { takenAt: start, complete: true, splits: { train: part, test: part, val: part } };
};

/** A line of a connection's history. */
export const failedAt = (uid: string, at: number): HistoryEntry => ({
  ...{ id: newUid(at, () => 0.5), organizationId: 1, uid, at, kind: 'verdict', cause: { kind: 'schedule' } },
  from: { status: 'connected' },
  to: { status: 'error', code: 'secret-key-wrong' },
  diagnosis: diagnose('secret-key-wrong'),
});

/** The service in memory, with organizations 1 and 2, and requests to it at its own time. */
export async function newScene() {
  const memory = memoryService();
  memory.pass(start - memory.now());
  for (const [id, slug] of [
    [1, 'one'],
    [2, 'two'],
  ] as const) {
    await memory.organizations.create(newOrganization({ name: slug, slug, id }, start, randomBytes));
  }
  return {
    ...memory,
    request: (of: Parameters<typeof operatorRequest>[0]) => operatorRequest(of, memory.now(), memory.audit.write),
    add: (connection: Connection) => memory.connections.write.create(connection, 'shared'),
    /** Has an event announced of a line, at a moment. */
    async announce(entry: HistoryEntry, at: number) {
      memory.history.put([{ entry, announceAt: at }]);
      const event = toEvent(entry, connectionAt(start, { uid: entry.uid }), undefined);
      await memory.history.announcements.announced(entry, event, at);
    },
  };
}
export type Scene = Awaited<ReturnType<typeof newScene>>;
