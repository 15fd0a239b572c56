import type { Ports } from '../ports.ts';
import type { Connection, SavedTarget } from '../records/connection.ts';
import type { PendingSecret } from '../records/connection-ports.ts';

/**
 * How long a secret that is about to be written may go without its connection (milliseconds): longer than the function
 * that writes both can live.
 */
export const pendingSecretTtlMs = 60_000;

/**
 * Whether the stored secret of a connection may be used at a target: only with the provider, endpoint and proxy it was
 * stored for. With any other it would be handed to whoever owns that endpoint (functions/providers/README.md). Another
 * bucket at the same endpoint is fine (functions/dialects/README.md).
 */
export const mayUseStoredSecret = ({ target: own }: Connection, target: SavedTarget): boolean =>
  own.provider === target.provider && own.endpoint === target.endpoint && own.proxy === target.proxy;

/**
 * Removes what crashed writes left in the vault, as far as their time is due. Every write of an organization does so
 * before its own, and a janitor on a schedule may.
 */
export async function deleteAbandonedSecrets(
  organizationId: number,
  now: number,
  ports: Pick<Ports, 'connections.write' | 'credentials.delete'>,
): Promise<void> {
  for (const pending of await ports['connections.write'].overdueSecrets(organizationId, now)) {
    await removeSecret(pending, ports);
  }
}

/** The secret first: the note stays until there is nothing left that it could be needed for. */
export async function removeSecret(
  pending: PendingSecret,
  ports: Pick<Ports, 'connections.write' | 'credentials.delete'>,
): Promise<void> {
  await ports['credentials.delete'](pending.uid);
  await ports['connections.write'].forgetSecret(pending);
}
