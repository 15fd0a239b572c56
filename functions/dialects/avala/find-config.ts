import { findByUid } from '../../core/connections/find-connection.ts';
import type { Connection } from '../../core/records/connection.ts';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import type { Request } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { type Config, toConfig } from './config-wire.ts';

/**
 * Every path ends in a slash here; API Gateway answers without it too, and nobody is ever redirected
 * (dialects/README.md).
 */
export const configs = '/api/v1/storage-configs/';
export const config = `${configs}{uid}/`;

export const organizationFrom = { query: 'organization' } as const;
/** A uid says of itself whose it is: the organization may be named, and need not be. */
export const perhapsOrganization = { query: 'organization', optional: true } as const;

/** A connection that this API shows, and how. */
export interface Found {
  readonly connection: Connection;
  readonly target: Connection['target'] & { readonly bucket: string };
  readonly shown: Config;
}

/**
 * The config that the path names: in the organization that the query names, else in any of the caller's.
 *
 * @throws Refused `not-found`, also for a connection that this API does not show
 */
export async function findConfig(
  { path, query, organization, organizations, now }: Request,
  connections: ReadConnections,
): Promise<Found> {
  const among = query[perhapsOrganization.query] ? [organization] : organizations;
  const connection = await findByUid(connections, among, path['uid'] ?? '');
  const shown = connection && toConfig(connection, now);
  if (!shown || connection.target.bucket === undefined) throw new Refused({ kind: 'not-found' });
  return { connection, target: { ...connection.target, bucket: connection.target.bucket }, shown };
}
