import type { Ports } from '../ports.ts';
import type { Connection } from '../records/connection.ts';
import { secretPart } from '../storage/credential.ts';

/** Asks whether secrets of these connections may be shown; the trail then says that they were. */
export type Reveal = (connections: readonly Pick<Connection, 'uid' | 'organizationId'>[]) => Promise<boolean>;

/** Secrets fetched at a time. */
const atOnce = 20;

/**
 * The secret parts that an answer may carry, by uid: only of connections that an API made whose document returns them,
 * and only for a caller who may see them (functions/dialects/README.md, "One record, four views"). They are asked for
 * once for a whole answer, and fetched in the version that each connection names.
 */
export async function revealSecrets(
  connections: readonly Connection[],
  reveal: Reveal,
  ports: Pick<Ports, 'credentials.read'>,
): Promise<ReadonlyMap<string, string>> {
  const revealable = connections.filter((connection) => connection.revealable && hasSecret(connection));
  const secrets = new Map<string, string>();
  if (revealable.length === 0 || !(await reveal(revealable))) return secrets;
  for (let from = 0; from < revealable.length; from += atOnce) {
    const batch = revealable.slice(from, from + atOnce);
    const read = await Promise.all(
      batch.map(({ uid, credential }) => ports['credentials.read'](uid, credential.version)),
    );
    for (const [index, { uid }] of batch.entries()) {
      const credential = read[index];
      const secret = credential && secretPart(credential);
      if (secret !== undefined) secrets.set(uid, secret);
    }
  }
  return secrets;
}

/** A role has none. */
const hasSecret = ({ credential }: Connection): boolean => credential.kind !== 'assumed-role';
