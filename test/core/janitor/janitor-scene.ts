import { expect } from 'vitest';
import { newOrganization } from '../../../functions/core/access/create-organization.ts';
import { addConnection } from '../../../functions/core/connections/add-connection.ts';
import { removeConnection } from '../../../functions/core/connections/remove-connection.ts';
import { minOrphanAgeMs } from '../../../functions/core/janitor/delete-orphaned-secrets.ts';
import { runJanitor } from '../../../functions/core/janitor/janitor.ts';
import type { Ports } from '../../../functions/core/ports.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import { verifyUnsaved } from '../../../functions/core/verification/verify-unsaved.ts';
import { memoryService } from '../../memory/service.ts';
import { Died, mortal } from '../mortal.ts';

export const organizationId = 7;
const s3 = { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' } as const;
export const azure = {
  provider: 'azure',
  endpoint: 'https://acct.blob.core.windows.net',
  bucket: 'box',
  prefix: '',
} as const;
const pair: Credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' };
export const accountKey: Credential = { kind: 'account-key', account: 'acct', key: 'a2V5' };
export const nothing = { jobs: 0, notes: 0, secrets: 0, claims: 0, connections: 0, failed: 0 };
export const clean = { ...nothing, finished: true };
/** After which every kind of litter is due. */
export const long = 2 * minOrphanAgeMs;

/** The service in memory with organizations, and what to do in the one that litters. */
export async function service(organizations: readonly number[] = [organizationId]) {
  const memory = memoryService({ objects: [{ key: 'a.csv', size: 1 }] });
  const { ports, context, connections, now } = memory;
  for (const id of organizations) {
    const description = { id, name: 'one', slug: `o-${id}` };
    await ports['organizations.write'].create(newOrganization(description, now(), (size) => Buffer.alloc(size, 1)));
  }
  const reported: unknown[] = [];
  const add = async (over: Ports = ports, target: typeof s3 | typeof azure = s3): Promise<Connection> => {
    const credential = target === s3 ? pair : accountKey;
    const result = await addConnection(
      { organizationId, target, credential, ask: 'first', revealable: false },
      over,
      context(),
    );
    if (result.result !== 'added') throw new Error(`It is ${result.result}.`);
    return result.connection;
  };
  return {
    ...memory,
    reported,
    add,
    remove: ({ id }: Connection, over: Ports = ports) => removeConnection(organizationId, { id }, over, now()),
    test: (over: Ports = ports) =>
      verifyUnsaved({ organizationId, target: azure, credential: accountKey }, over, context()),
    mend: (over: Ports = ports) => runJanitor(over, { now, clock: now, report: (error) => void reported.push(error) }),
    get: ({ uid }: Connection) => connections.write.byUid(organizationId, uid),
  };
}
export type Run = Awaited<ReturnType<typeof service>>;

/** Goes on after a death, and after nothing else. */
export const untilDeath = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof Died)) throw error;
    },
  );

/** Whatever happened before: each connection has its secret, and nothing else is there. */
export async function expectClean({
  connections,
  credentials,
  vault,
  jobs,
  mend,
  unsavedJobs,
  now,
}: Run): Promise<void> {
  expect(connections.notes.size).toBe(0);
  expect([...credentials.held.keys()].sort()).toEqual([...connections.rows.keys()].sort());
  for (const { uid, credential } of connections.rows.values()) {
    expect(await credentials.read(uid, credential.version)).toBeDefined();
  }
  expect(vault.held.size).toBe(0);
  for (const { verdict } of jobs.rows.values()) expect(verdict).toBeDefined();
  expect([...unsavedJobs.places.values()].filter((until) => until > now())).toEqual([]);
  expect(await mend()).toEqual(clean);
}

/** Runs an operation with a death at every call it makes, before and after it takes effect. */
export async function atEveryCall(
  operation: (run: Run, ports: Ports) => Promise<unknown>,
  expected: (run: Run) => Promise<void>,
  arranged: (run: Run) => Promise<unknown> = async () => undefined,
): Promise<void> {
  for (let at = 1, more = true; more; at++) {
    for (const when of ['before', 'after'] as const) {
      const run = await service();
      await arranged(run);
      const dying = mortal(run.ports, { at, when });
      await untilDeath(operation(run, dying.ports));
      more = dying.calls() >= at;
      await expected(run);
    }
  }
}

/** Has a connection be as an earlier version of the service stored it. */
export function aged({ connections }: Run, { uid }: Connection): void {
  const { rows, unlocated } = connections.litter;
  const row = rows.get(uid);
  if (!row) throw new Error('There is no such connection.');
  const { check: _check, lastVerdict: _last, recorded: _recorded, ...old } = row;
  rows.set(uid, old);
  unlocated.add(uid);
}
