import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../../../functions/core/records/connection.ts';
import { newUid } from '../../../../functions/core/uid.ts';
import { type CountedWire, countedWire } from '../../../bench/counted-wire.ts';
import { functionEnvironment } from '../../../bench/environment.ts';
import { type BenchServer, listPage, serve } from '../../../bench/storage-server.ts';

const organizationId = 1;
const credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' } as const;

/** What table, vault and storage were asked, in order. */
let asked: string[] = [];
let wire: CountedWire;
let storage: BenchServer;

/** The adapters find their AWS through the environment, as they do in a function. */
beforeAll(async () => {
  wire = await countedWire(['connections'], (operation) => asked.push(operation));
  storage = await serve(async (url, response) => {
    asked.push(`list ${url.pathname}`);
    response.setHeader('content-type', 'application/xml');
    response.end(listPage(url, 3));
  });
  Object.assign(process.env, functionEnvironment, wire.environment, {
    CONNECTIONS_TABLE: 'connections',
    ACCESS_TABLE: 'connections',
    EGRESS_ALLOW: '127.0.0.1',
    EGRESS_PORTS: '',
  });
});
afterAll(() => Promise.all([wire.stop(), storage.stop()]));

/** A connection that works, and was found to before. */
async function healthy(): Promise<Connection> {
  const { createConnectionCredential } = await import(
    '../../../../functions/platform/credentials/connection-credentials.ts'
  );
  const { writeConnections } = await import('../../../../functions/platform/connections/write-connections.ts');
  const { organizationRows } = await import('../../../../functions/platform/access/admin-organizations.ts');
  const before = Date.now() - 86_400_000;
  const uid = newUid(before, Math.random);
  const connection: Connection = {
    ...{ uid, id: 1, organizationId, name: 'box', revealable: false, synchronize: false },
    target: { provider: 's3', endpoint: `http://127.0.0.1:${storage.port}`, bucket: 'box', prefix: '' },
    credential: {
      kind: credential.kind,
      accessKey: 'name',
      version: await createConnectionCredential(uid, credential),
    },
    verification: { status: 'connected', since: before, verifiedAt: before },
    check: { dueAt: before, failures: 0 },
    lastVerdict: { status: 'connected', at: before },
    ...{ createdAt: before, updatedAt: before, version: 1 },
  };
  expect(await writeConnections().create(connection, 'shared')).toBe('created');
  const about = { id: organizationId, slug: 's', name: 'n', externalId: randomUUID(), cursorKey: 'c', createdAt: 0 };
  await wire.put('connections', organizationRows(about));
  return connection;
}

test('a warm check of a healthy connection makes four calls', async () => {
  const { handler } = await import('../../../../functions/workflows/reverification/check/handler.ts');
  const { writeChecks } = await import('../../../../functions/platform/reverification/write-checks.ts');
  const { readConnections } = await import('../../../../functions/platform/connections/read-connections.ts');
  const { uid } = await healthy();
  const look = async () => (await readConnections().byUid(organizationId, uid))?.check?.dueAt ?? 0;
  const checked = async () => {
    const claim = randomUUID();
    expect(await writeChecks().claim({ organizationId, uid }, await look(), claim, Date.now() + 900_000)).toBe(true);
    const body = JSON.stringify({ kind: 'check', organizationId, uid, claim });
    asked = [];
    await Reflect.apply(handler, undefined, [{ Records: [{ messageId: '1', body }] }, { awsRequestId: 'request-1' }]);
    return asked;
  };
  await checked();
  // Begun (its organization was read a moment ago), with what credential, what the storage says, and the verdict put there.
  expect(await checked()).toEqual(['UpdateItem', 'GetSecretValue', 'list /box/', 'UpdateItem']);
  expect(await look()).toBeGreaterThan(Date.now() + 900_000);
});
