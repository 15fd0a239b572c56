import type { Connection } from '../records/connection.ts';
import type { ReadConnections } from '../records/connection-ports.ts';
import { uuid } from '../validation/uuid.ts';

/** How a request names a connection. */
export type ConnectionSelector = { readonly id: number } | { readonly uid: string } | { readonly name: string };

/**
 * The connection of this name in an organization, or undefined. A name that several have means the oldest of them
 * (functions/dialects/README.md), so all are looked at.
 */
export async function findConnection(
  connections: ReadConnections,
  organizationId: number,
  which: ConnectionSelector,
): Promise<Connection | undefined> {
  if ('id' in which) return connections.byId(organizationId, which.id);
  if ('uid' in which) return connections.byUid(organizationId, which.uid);
  const named = (await connections.all(organizationId)).filter(({ name }) => name === which.name);
  return named.toSorted((a, b) => a.id - b.id)[0];
}

/**
 * The connection of this uid in any of these organizations, or undefined (functions/dialects/README.md).
 *
 * @param uid as a request has it; a text that is no UUID, in whatever case, names nothing
 */
export async function findByUid(
  connections: ReadConnections,
  organizations: readonly { readonly id: number }[],
  uid: string,
): Promise<Connection | undefined> {
  const asKept = uid.toLowerCase();
  if (!uuid.test(asKept)) return undefined;
  const found = await Promise.all(organizations.map(({ id }) => connections.byUid(id, asKept)));
  return found.find((connection) => connection !== undefined);
}
