import { findByUid } from '../../core/connections/find-connection.ts';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import type { Request } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { type Expressible, expressible } from './storage-wire.ts';

/** The storage that the path names, in whichever organization of the caller. @throws Refused `not-found` */
export async function findStorage(
  { organizations, path }: Pick<Request, 'organizations' | 'path'>,
  connections: ReadConnections,
): Promise<Expressible> {
  const connection = await findByUid(connections, organizations, path['storage_id'] ?? '');
  const found = connection && expressible(connection);
  if (!found) throw new Refused({ kind: 'not-found' });
  return found;
}
