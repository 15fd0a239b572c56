import type { ConnectionSelector } from '../../core/connections/find-connection.ts';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import { Refused } from '../../http/problem.ts';
import { bucketIdIn } from './bucket-wire.ts';

/** The bucket that the path names. A connection to an account is none, here. @throws Refused `not-found` */
export async function findBucket(
  organizationId: number,
  path: Readonly<Record<string, string>>,
  connections: ReadConnections,
): Promise<ConnectionSelector> {
  const connection = await connections.byId(organizationId, bucketIdIn(path));
  if (connection?.target.bucket === undefined) throw new Refused({ kind: 'not-found' });
  return { uid: connection.uid };
}
