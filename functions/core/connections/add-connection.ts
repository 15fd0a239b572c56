import { enforceRateLimits } from '../access/enforce-rate-limits.ts';
import type { RateLimitStatus } from '../access/rate-limit.ts';
import { type DatasetFinding, findDataset } from '../datasets/find-dataset.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { markConnecting, startSavedJob, startSavedJobNeeds } from '../jobs/start-saved-job.ts';
import type { Ports } from '../ports.ts';
import { applyVerdict, type VerdictResult } from '../records/apply-verdict.ts';
import { type CloudFront, type Connection, mostConnections, type SavedTarget } from '../records/connection.ts';
import type { Connected } from '../records/verdict.ts';
import { type Credential, publicPart } from '../storage/credential.ts';
import type { StorageTarget } from '../storage/target.ts';
import { newUid } from '../uid.ts';
import { checkExternalId } from '../verification/check-external-id.ts';
import { verifyBucket } from '../verification/verify-bucket.ts';
import { isAnsweredInRequest, type VerifyContext } from '../verification/verify-unsaved.ts';
import { deleteAbandonedSecrets, pendingSecretTtlMs, removeSecret } from './secret-cleanup.ts';

/** The ports that adding a connection takes. */
export const addConnectionNeeds = [
  'storage.reach',
  'rateLimits.take',
  'connections.write',
  'credentials.create',
  'credentials.delete',
  ...startSavedJobNeeds,
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof addConnectionNeeds)[number]>;

export interface NewConnection {
  readonly organizationId: number;
  readonly target: SavedTarget;
  readonly credential: Credential;
  readonly revealable: boolean;
  /** Absent: made of the bucket. `unique`: it has to be free, and stays this one's. */
  readonly name?: { readonly text: string; readonly unique: boolean };
  /**
   * `first`: what the storage refuses is not stored; a storage that takes its time is stored as connecting. `later`:
   * stored at once, and the loop verifies (functions/dialects/README.md).
   */
  readonly ask: 'first' | 'later';
  readonly synchronize?: boolean;
  readonly options?: string;
  readonly cloudFront?: CloudFront;
  /** Whether to look if the bucket holds a dataset, which changes nothing about the verdict. */
  readonly dataset?: true;
}

export type Added =
  | { readonly result: 'added'; readonly connection: Connection; readonly allowance: RateLimitStatus }
  | { readonly result: 'refused'; readonly diagnosis: Diagnosis }
  | { readonly result: 'name-taken' }
  /** The organization has as many as it may. */
  | { readonly result: 'full'; readonly most: number };

/**
 * Adds a connection.
 *
 * Order of writes: the note that a secret is coming, the secret, then connection and note in one. A crash in between
 * leaves a note whose secret the organization's next write removes.
 *
 * @throws Throttled
 */
export async function addConnection(of: NewConnection, ports: Needs, context: VerifyContext): Promise<Added> {
  const { organizationId, target, credential, name } = of;
  const { now, random } = context;
  if (name?.unique && (await isTaken(organizationId, name.text, ports))) return { result: 'name-taken' };
  const allowance = await enforceRateLimits({ ...context, organizationId }, target, ports);
  const asked = await ask(of, ports, context);
  if (asked !== 'later' && 'refused' in asked) return { result: 'refused', diagnosis: asked.refused };

  const connections = ports['connections.write'];
  await deleteAbandonedSecrets(organizationId, now, ports);
  const [id, uid] = [await connections.nextId(organizationId), newUid(now, random)];
  const pending = { organizationId, uid, dueAt: now + pendingSecretTtlMs };
  await connections.expectSecret(pending);
  const version = await ports['credentials.create'](uid, credential);
  const { synchronize = false, options, cloudFront } = of;
  const nameless = {
    ...{ uid, id, organizationId, target, revealable: of.revealable, synchronize },
    ...(asked !== 'later' && asked.dataset && { dataset: asked.dataset }),
    ...(options !== undefined && { options }),
    ...(cloudFront && { cloudFront }),
    credential: { kind: credential.kind, accessKey: publicPart(credential), version },
    isSecretMarked: true as const,
    ...{ createdAt: now, updatedAt: now, version: 1 },
  };
  for (const candidate of namesFor(of, id, uid)) {
    const { connection, lines } = verifiedAs({ ...nameless, name: candidate.text }, asked, now, ports);
    const created = await connections.create(connection, candidate.unique ? 'unique' : 'shared', lines);
    if (created === 'name-taken' && name === undefined) continue;
    if (created !== 'created') {
      await removeSecret(pending, ports);
      return created === 'full' ? { result: 'full', most: mostConnections } : { result: 'name-taken' };
    }
    if (asked === 'later') await startSavedJob(connection, { kind: 'user' }, ports);
    return { result: 'added', connection, allowance };
  }
  throw new Error('A new uid was taken as a name.');
}

/** What is known of the connection before it is stored; `later`: nothing, and the loop is to find out. */
type Asked = { readonly outcome: Connected; readonly dataset?: DatasetFinding } | 'later';

function verifiedAs(
  nameless: Omit<Connection, 'verification'>,
  asked: Asked,
  at: number,
  ports: Pick<Ports, 'schedule.read'>,
): VerdictResult {
  const unverified: Connection = { ...nameless, verification: { status: 'unverified', since: at } };
  if (asked !== 'later') {
    return applyVerdict(unverified, asked.outcome, { cause: { kind: 'user' }, at, times: ports['schedule.read']() });
  }
  return { connection: markConnecting(unverified, at), lines: [] };
}

async function ask(
  { target, credential, ask: when, dataset: wantsDataset }: NewConnection,
  ports: Needs,
  context: VerifyContext,
): Promise<Asked | { readonly refused: Diagnosis }> {
  const { deadline } = context;
  const storage = ports['storage.reach'];
  if (when === 'later' || target.bucket === undefined || !isAnsweredInRequest(target)) {
    // Whether others could have this service use it is for no loop to find out.
    const exposure = await storage.exposure(credential);
    return exposure ? { refused: exposure } : 'later';
  }
  const there: StorageTarget = { ...target, bucket: target.bucket };
  const pass = await verifyBucket(await storage.open(there, credential, deadline), context);
  const outcome = await checkExternalId(pass, credential, storage);
  if (outcome.status === 'error') return { refused: outcome.diagnosis };
  if (!wantsDataset) return { outcome };
  return { outcome, dataset: await findDataset(storage, there, credential, deadline) };
}

/**
 * Names that were not unique when they were given are not guarded, so all are looked at; of two that are added at once,
 * the table lets one in.
 */
const isTaken = async (organizationId: number, name: string, ports: Needs): Promise<boolean> =>
  (await ports['connections.write'].all(organizationId)).some((other) => other.name === name);

/** Made-up names: the number has not been given to any other connection, so of these one is free. */
const namesFor = ({ name, target: { bucket = 'account' } }: NewConnection, id: number, uid: string) =>
  name === undefined ? [bucket, `${bucket}-${id}`, `${bucket}-${uid}`].map((text) => ({ text, unique: true })) : [name];
