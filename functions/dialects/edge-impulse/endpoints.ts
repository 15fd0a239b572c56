import { addConnection, addConnectionNeeds } from '../../core/connections/add-connection.ts';
import type { ConnectionName } from '../../core/connections/find-connection.ts';
import { removeConnection, removeConnectionNeeds } from '../../core/connections/remove-connection.ts';
import { updateConnection, updateConnectionNeeds } from '../../core/connections/update-connection.ts';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import { checked } from '../../http/body/unwrap-result.ts';
import { endpoint } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { bucketIdIn, bucketWireName, fromAddRequest, fromUpdateRequest, toBucket } from './bucket-wire.ts';
import { edgeImpulse } from './dialect.ts';
import { buckets, organizationFrom, secretRequired, verifyBucket, verifyExistingBucket } from './verify-endpoints.ts';

const bucket = `${buckets}/{bucketId}`;

export const addBucket = endpoint({
  dialect: edgeImpulse,
  name: 'add-bucket',
  method: 'POST',
  path: buckets,
  scope: 'connections:create',
  organizationFrom,
  needs: addConnectionNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const of = { organizationId, ...fromAddRequest(body), ask: 'first' } as const;
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
    const { id, uid, verification } = added.connection;
    const verdict = verification.status === 'connecting' ? 'connecting' : 'connected';
    return { status: 200, body: { success: true, id }, trail: { connections: [uid], verdict } };
  },
});

export const listBuckets = endpoint({
  dialect: edgeImpulse,
  name: 'list-buckets',
  method: 'GET',
  path: buckets,
  scope: 'connections:list',
  organizationFrom,
  needs: ['connections.read'],
  async run({ organizationId, now }, ports) {
    const connections = await ports['connections.read'].all(organizationId);
    return {
      status: 200,
      body: { success: true, buckets: connections.flatMap((connection) => toBucket(connection, now) ?? []) },
    };
  },
});

export const getBucket = endpoint({
  dialect: edgeImpulse,
  name: 'get-bucket',
  method: 'GET',
  path: bucket,
  scope: 'connections:read',
  organizationFrom,
  needs: ['connections.read'],
  async run({ organizationId, path, now }, ports) {
    const connection = await ports['connections.read'].byId(organizationId, bucketIdIn(path));
    const found = connection && toBucket(connection, now);
    if (!found) throw new Refused({ kind: 'not-found' });
    return { status: 200, body: { success: true, bucket: found } };
  },
});

export const updateBucket = endpoint({
  dialect: edgeImpulse,
  name: 'update-bucket',
  method: 'POST',
  path: bucket,
  scope: 'connections:update',
  organizationFrom,
  needs: updateConnectionNeeds,
  async run({ organizationId, path, body, ...context }, ports) {
    const changes = fromUpdateRequest(body);
    const which = await bucketIn(organizationId, path, ports['connections.write']);
    const updated = await updateConnection(organizationId, which, changes, 'at-once', ports, context);
    switch (updated.result) {
      case 'updated':
        return { status: 200, body: { success: true }, trail: { connections: [updated.connection.uid] } };
      case 'not-found':
      case 'conflict':
        throw new Refused({ kind: updated.result });
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: updated.diagnosis });
      case 'secret-required':
        throw secretRequired();
      case 'name-taken':
        throw new Error('No name was changed.');
      case 'invalid':
        return checked({ ok: false, faults: updated.faults }, bucketWireName);
    }
  },
});

export const removeBucket = endpoint({
  dialect: edgeImpulse,
  name: 'remove-bucket',
  method: 'DELETE',
  path: bucket,
  scope: 'connections:delete',
  organizationFrom,
  needs: removeConnectionNeeds,
  async run({ organizationId, path, now }, ports) {
    const which = await bucketIn(organizationId, path, ports['connections.write']);
    const removed = await removeConnection(organizationId, which, ports, now);
    if (removed.result !== 'removed') throw new Refused({ kind: removed.result });
    return { status: 200, body: { success: true }, trail: { connections: [removed.connection.uid] } };
  },
});

/** The bucket that the path names. A connection to an account is none, here. @throws Refused `not-found` */
async function bucketIn(
  organizationId: number,
  path: Readonly<Record<string, string>>,
  connections: ReadConnections,
): Promise<ConnectionName> {
  const connection = await connections.byId(organizationId, bucketIdIn(path));
  if (connection?.target.bucket === undefined) throw new Refused({ kind: 'not-found' });
  return { uid: connection.uid };
}

export const endpoints = [
  verifyBucket,
  addBucket,
  listBuckets,
  getBucket,
  updateBucket,
  removeBucket,
  verifyExistingBucket,
] as const;
