import { admit } from './admit.ts';
import type { StorageTarget } from './connection.ts';
import { type Credential, publicPart } from './credential.ts';
import type { Parsed } from './parsed.ts';
import { passOver } from './pass.ts';
import type { Ports } from './ports.ts';
import type { Connection, SavedTarget } from './saved-connection.ts';
import { mayUseStoredSecret } from './saved-secret.ts';
import { connectingSince, startVerification } from './saved-verification.ts';
import { parseCredential, parseTarget } from './target.ts';
import { type Verification, verified } from './verification.ts';
import { answersAtOnce, type VerifyContext } from './verify-unsaved.ts';

/** The ports that changing a connection takes. */
export const updateConnectionNeeds = [
  'storage.reach',
  'limits.take',
  'connections.write',
  'connections.verified',
  'credentials.rotate',
  'credentials.read',
  'jobs.write',
  'loop.start',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof updateConnectionNeeds)[number]>;

/** What is to change; what is absent stays. An empty region or prefix takes away the one there is. */
export interface ConnectionChanges {
  readonly endpoint?: string;
  readonly region?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
}

export type Updated =
  | { readonly result: 'updated'; readonly connection: Connection }
  | { readonly result: 'not-found' }
  /** Somebody else changed or removed it in the meantime; nothing was changed. */
  | { readonly result: 'conflict' }
  /** The stored secret belongs to where it was stored for, and to its access key: it has to be sent again. */
  | { readonly result: 'secret-required' }
  | { readonly result: 'invalid'; readonly faults: Extract<Parsed<never>, { ok: false }>['faults'] };

/**
 * Changes the fields that were sent of the connection to a bucket, and verifies what comes out; an outcome that is an
 * error is recorded, not refused (mapping.md, "Update").
 *
 * Order of writes: the new version of the secret beside the current one, the connection that names it, then its label.
 * A crash leaves the connection with the version it names; of two at once one wins and the other is told.
 *
 * @throws Throttled
 */
export async function updateConnection(
  organizationId: number,
  id: number,
  changes: ConnectionChanges,
  ports: Needs,
  context: VerifyContext,
): Promise<Updated> {
  const seen = await ports['connections.write'].byId(organizationId, id);
  if (!seen) return { result: 'not-found' };
  const changed = applied(seen, changes);
  if ('result' in changed) return changed;
  const { target, credential } = changed;

  await admit({ ...context, organizationId }, target, ports);
  const verifying = await verify(seen, target, credential, ports, context);
  if (!verifying) return { result: 'not-found' };
  const version = credential && (await ports['credentials.rotate'].add(seen.uid, credential));
  if (credential && version === undefined) return { result: 'not-found' };
  const connection: Connection = {
    ...seen,
    target,
    ...(credential &&
      version !== undefined && {
        credential: { kind: credential.kind, accessKey: publicPart(credential), version },
      }),
    verification: verifying,
    updatedAt: context.now,
    version: seen.version + 1,
  };
  if (!(await ports['connections.write'].update(connection, seen))) return { result: 'conflict' };
  if (version !== undefined) await ports['credentials.rotate'].confirm(seen.uid, version);
  if (verifying.status === 'connecting') await startVerification(connection, target, ports);
  return { result: 'updated', connection };
}

/** The target with the changes, and the new credential where one was sent. */
function applied(
  seen: Connection,
  changes: ConnectionChanges,
): Updated | { readonly target: StorageTarget; readonly credential?: Credential } {
  const { accessKey, secretKey, ...place } = changes;
  const own: SavedTarget = seen.target;
  const target = parseTarget({ ...own, bucket: own.bucket ?? '', ...place });
  if (!target.ok) return { result: 'invalid', faults: target.faults };
  if (secretKey === undefined) {
    const isOtherKey = accessKey !== undefined && accessKey !== seen.credential.accessKey;
    const isUsable = !isOtherKey && mayUseStoredSecret(seen, target.value);
    return isUsable ? { target: target.value } : { result: 'secret-required' };
  }
  const raw = { accessKey: accessKey ?? seen.credential.accessKey, secretKey };
  const credential = parseCredential(own.provider, raw);
  if (!credential.ok) return { result: 'invalid', faults: credential.faults };
  return { target: target.value, credential: credential.value };
}

/** What is known of the connection as it is going to be; nothing when its secret is gone. */
async function verify(
  seen: Connection,
  target: StorageTarget,
  credential: Credential | undefined,
  ports: Needs,
  context: VerifyContext,
): Promise<Verification | undefined> {
  if (!answersAtOnce(target)) return connectingSince(context.now);
  const { version } = seen.credential;
  const used = credential ?? (await ports['credentials.read'](seen.uid, version));
  if (!used) return undefined;
  const opened = await ports['storage.reach'].open(target, used, context.deadline);
  return verified(seen.verification, await passOver(opened, context), context.now);
}
