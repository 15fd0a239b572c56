import { findConnection } from '../../core/connections/find-connection.ts';
import type { Connection } from '../../core/records/connection.ts';
import type { ReadConnections } from '../../core/records/connection-ports.ts';
import { Refused } from '../../http/problem.ts';

/**
 * The connector that a path names by its number or its name; digits alone are a number first, then a name
 * (dialects/README.md).
 *
 * @throws Refused `not-found`
 */
export async function findConnector(
  path: Readonly<Record<string, string>>,
  organizationId: number,
  connections: ReadConnections,
): Promise<Connection> {
  const text = path['cloud_connector_id'] ?? '';
  const isNumber = /^[1-9][0-9]{0,9}$/.test(text);
  const found =
    (isNumber ? await findConnection(connections, organizationId, { id: Number(text) }) : undefined) ??
    (await findConnection(connections, organizationId, { name: text }));
  if (!found) throw new Refused({ kind: 'not-found' });
  return found;
}
