import { addConnection, addConnectionNeeds } from '../../core/connections/add-connection.ts';
import { findByUid } from '../../core/connections/find-connection.ts';
import { removeConnection, removeConnectionNeeds } from '../../core/connections/remove-connection.ts';
import { revealedSecrets } from '../../core/connections/reveal-secrets.ts';
import { changeSynchronization, changeSynchronizationNeeds } from '../../core/connections/set-synchronize.ts';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import { fitting } from '../../http/body/limit-response-size.ts';
import { endpoint, type Request } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { synchronizeIn } from './change-storage/wire.ts';
import { cval } from './dialect.ts';
import { type Expressible, expressible, fromCreateRequest, toDataset, toStorage } from './storage-wire.ts';

/**
 * Where something is reached. The client's own base ends in `/api` already and it appends another, so that everything
 * is at `/api/api…` too (wire notes).
 */
const at = (path: string, ...also: readonly string[]) => ({
  path: `/api${path}`,
  also: [...also.map((other) => `/api${other}`), ...[path, ...also].map((each) => `/api/api${each}`)],
});

const storage = '/cloud/{storage_id}';

/** The most that "Get connections" shows (mapping.md, "CVAL"). */
const most = 1_000;

export const createStorage = endpoint({
  dialect: cval,
  name: 'create-storage',
  method: 'POST',
  ...at('/cloud'),
  scope: 'connections:create',
  needs: addConnectionNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const of = { organizationId, ...fromCreateRequest(body), ask: 'first', dataset: true } as const;
    const added = await addConnection(of, ports, context);
    switch (added.result) {
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: added.diagnosis });
      case 'full':
        throw new Refused({ kind: 'full', most: added.most });
      case 'name-taken':
        throw new Error('A name that was made up was taken.');
      case 'added':
    }
    const { uid, dataset } = added.connection;
    // The document's answer is the id; more is said only where the caller has something to do.
    const isLacking = dataset && !('complete' in dataset && dataset.complete);
    const body200 = { id: uid, ...(isLacking && { dataset: toDataset(dataset) }) };
    return { status: 200, body: body200, trail: { connections: [uid], verdict: 'connected' } };
  },
});

export const getStorage = endpoint({
  dialect: cval,
  name: 'get-storage',
  method: 'GET',
  ...at(storage),
  scope: 'connections:read',
  needs: ['connections.read', 'credentials.read'],
  async run(request, ports) {
    const found = await storageIn(request, ports['connections.read']);
    const secrets = await revealedSecrets([found], request.reveal, ports);
    return { status: 200, body: toStorage(found, secrets.get(found.uid)) };
  },
});

/** Of the home organization, newest first. Both the client's path and the document's. */
export const listStorages = endpoint({
  dialect: cval,
  name: 'list-storages',
  method: 'GET',
  ...at('/cloud/all', '/clouds/all'),
  scope: 'connections:list',
  needs: ['connections.read', 'credentials.read'],
  async run({ organizationId, reveal }, ports) {
    const connections = await ports['connections.read'].all(organizationId);
    const shown = connections.flatMap((connection) => expressible(connection) ?? []).slice(0, most);
    const secrets = await revealedSecrets(shown, reveal, ports);
    return { status: 200, body: fitting(shown.map((each) => toStorage(each, secrets.get(each.uid)))) };
  },
});

export const changeStorage = endpoint({
  dialect: cval,
  name: 'change-storage',
  method: 'PUT',
  ...at(storage),
  scope: 'connections:update',
  needs: changeSynchronizationNeeds,
  async run(request, ports) {
    const synchronize = synchronizeIn(request.query, request.body);
    const { organizationId, uid } = await storageIn(request, ports['connections.write']);
    const changed = await changeSynchronization(organizationId, uid, synchronize, ports, request.now);
    if (changed !== 'changed') throw new Refused({ kind: changed });
    return { status: 200, body: { id: uid }, trail: { connections: [uid], organizationId } };
  },
});

export const deleteStorage = endpoint({
  dialect: cval,
  name: 'delete-storage',
  method: 'DELETE',
  ...at(storage),
  scope: 'connections:delete',
  needs: removeConnectionNeeds,
  async run(request, ports) {
    const { organizationId, uid } = await storageIn(request, ports['connections.write']);
    const removed = await removeConnection(organizationId, { uid }, ports, request.now);
    if (removed.result !== 'removed') throw new Refused({ kind: removed.result });
    return { status: 200, body: { id: uid }, trail: { connections: [uid], organizationId } };
  },
});

/** The storage that the path names, in whichever organization of the caller. @throws Refused `not-found` */
async function storageIn(
  { organizations, path }: Pick<Request, 'organizations' | 'path'>,
  connections: ReadConnections,
): Promise<Expressible> {
  const connection = await findByUid(connections, organizations, path['storage_id'] ?? '');
  const found = connection && expressible(connection);
  if (!found) throw new Refused({ kind: 'not-found' });
  return found;
}

export const endpoints = [createStorage, getStorage, listStorages, changeStorage, deleteStorage] as const;
