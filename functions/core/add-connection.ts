import { admit } from './admit.ts';
import type { StorageTarget } from './connection.ts';
import { type Credential, publicPart } from './credential.ts';
import type { Diagnosis } from './diagnosis.ts';
import { passOver } from './pass.ts';
import type { Ports } from './ports.ts';
import type { Connection } from './saved-connection.ts';
import { mendSecrets, secretGrace } from './saved-secret.ts';
import { connectingSince, startVerification } from './saved-verification.ts';
import { newUid } from './uid.ts';
import { type Verification, verified } from './verification.ts';
import { answersAtOnce, type VerifyContext } from './verify-unsaved.ts';

/** The ports that adding a connection takes. */
export const addConnectionNeeds = [
  'storage.reach',
  'limits.take',
  'connections.write',
  'connections.verified',
  'credentials.create',
  'credentials.delete',
  'jobs.write',
  'loop.start',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof addConnectionNeeds)[number]>;

export interface NewConnection {
  readonly organizationId: number;
  readonly target: StorageTarget;
  readonly credential: Credential;
  readonly revealable: boolean;
}

/**
 * Adds a connection under a made-up name. The storage is asked first, and what it refuses is not stored; a storage that
 * takes its time is stored as connecting, and the loop decides (mapping.md, "Create").
 *
 * Order of writes: the note that a secret is coming, the secret, then connection and note in one. A crash in between
 * leaves a note whose secret the organization's next write removes.
 *
 * @throws Throttled
 */
export async function addConnection(
  of: NewConnection,
  ports: Needs,
  context: VerifyContext,
): Promise<{ readonly added: Connection } | { readonly refused: Diagnosis }> {
  const { organizationId, target, credential, revealable } = of;
  const { now, random } = context;
  await admit({ ...context, organizationId }, target, ports);
  let verification: Verification = connectingSince(now);
  if (answersAtOnce(target)) {
    const outcome = await passOver(await ports['storage.reach'].open(target, credential, context.deadline), context);
    if (outcome.status === 'error') return { refused: outcome.diagnosis };
    verification = verified({ status: 'unverified', since: now }, outcome, now);
  }

  const connections = ports['connections.write'];
  await mendSecrets(organizationId, now, ports);
  const [id, uid] = [await connections.nextId(organizationId), newUid(now, random)];
  await connections.expectSecret({ organizationId, uid, dueAt: now + secretGrace });
  const version = await ports['credentials.create'](uid, credential);
  const nameless = {
    ...{ uid, id, organizationId, target, revealable, verification },
    credential: { kind: credential.kind, accessKey: publicPart(credential), version },
    ...{ createdAt: now, updatedAt: now, version: 1 },
  };
  // The number has not been given to any other connection, so of these names one is free.
  for (const name of [target.bucket, `${target.bucket}-${id}`, `${target.bucket}-${uid}`]) {
    const added: Connection = { ...nameless, name };
    if ((await connections.create(added)) === 'name-taken') continue;
    if (verification.status === 'connecting') await startVerification(added, target, ports);
    return { added };
  }
  throw new Error('A new uid was taken as a name.');
}
