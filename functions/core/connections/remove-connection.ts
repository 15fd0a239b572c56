import type { Ports } from '../ports.ts';
import type { Connection } from '../records/connection.ts';
import { type ConnectionSelector, findConnection } from './find-connection.ts';
import { deleteAbandonedSecrets, removeSecret } from './secret-cleanup.ts';

/** The ports that removing a connection takes. */
export const removeConnectionNeeds = [
  'connections.write',
  'credentials.delete',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof removeConnectionNeeds)[number]>;

/** How often a removal looks again when somebody else was changing the connection. */
const looks = 3;

/**
 * Removes a connection and its secret.
 *
 * Order of writes: the connection goes and a note on its secret comes in one, then the secret goes, then the note. A
 * crash in between leaves a note whose secret the organization's next write removes.
 */
export async function removeConnection(
  organizationId: number,
  which: ConnectionSelector,
  ports: Needs,
  now: number,
): Promise<
  { readonly result: 'removed'; readonly connection: Connection } | { readonly result: 'not-found' | 'conflict' }
> {
  const connections = ports['connections.write'];
  for (let look = 0; look < looks; look++) {
    const seen = await findConnection(connections, organizationId, which);
    if (!seen) return { result: 'not-found' };
    const pending = { organizationId, uid: seen.uid, dueAt: now };
    if (!(await connections.remove(seen, pending))) continue;
    await removeSecret(pending, ports);
    await deleteAbandonedSecrets(organizationId, now, ports);
    return { result: 'removed', connection: seen };
  }
  return { result: 'conflict' };
}
