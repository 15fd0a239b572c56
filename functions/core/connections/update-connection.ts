import { enforceRateLimits } from '../access/enforce-rate-limits.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { markConnecting, startSavedJob, startSavedJobNeeds } from '../jobs/start-saved-job.ts';
import type { Ports } from '../ports.ts';
import { applyVerdict, type VerdictResult } from '../records/apply-verdict.ts';
import { type Connection, isSameTarget, type SavedTarget } from '../records/connection.ts';
import { type AssumedRole, type Credential, publicPart } from '../storage/credential.ts';
import { parseAccountTarget, parseCredential, parseTarget } from '../storage/parse-target.ts';
import type { S3Vendor } from '../storage/s3-vendors.ts';
import type { Provider, StorageTarget } from '../storage/target.ts';
import type { Parsed } from '../validation/result.ts';
import { checkExternalId } from '../verification/check-external-id.ts';
import { verifyBucket } from '../verification/verify-bucket.ts';
import { isAnsweredInRequest, type VerifyContext } from '../verification/verify-unsaved.ts';
import { type ConnectionSelector, findConnection } from './find-connection.ts';
import { mayUseStoredSecret } from './secret-cleanup.ts';

/** The ports that changing a connection takes. */
export const updateConnectionNeeds = [
  'storage.reach',
  'rateLimits.take',
  'connections.write',
  'credentials.rotate',
  'credentials.read',
  ...startSavedJobNeeds,
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof updateConnectionNeeds)[number]>;

/** What is to change; what is absent stays. An empty region, prefix, proxy or options takes away what there is. */
export interface ConnectionChanges extends PlaceChanges {
  readonly accessKey?: string;
  readonly secretKey?: string;
  /** In the place of both. */
  readonly role?: AssumedRole;
  /** Of the proxy; only together with the secret, beside which it is kept. */
  readonly proxyUser?: string;
  /** Has to be free, and stays this connection's. */
  readonly name?: string;
  readonly options?: string;
}

interface PlaceChanges {
  readonly provider?: Provider;
  readonly vendor?: S3Vendor;
  readonly endpoint?: string;
  readonly region?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  /** Without its user. */
  readonly proxy?: string;
}

export type Updated =
  | { readonly result: 'updated'; readonly connection: Connection }
  | { readonly result: 'not-found' }
  /** The storage refuses what the connection would be; it stays as it was. */
  | { readonly result: 'refused'; readonly diagnosis: Diagnosis }
  /** Somebody else changed or removed it in the meantime; nothing was changed. */
  | { readonly result: 'conflict' }
  | { readonly result: 'name-taken' }
  /** The stored secret belongs to where it was stored for, and to its access key: it has to be sent again. */
  | { readonly result: 'secret-required' }
  | { readonly result: 'invalid'; readonly faults: Extract<Parsed<never>, { ok: false }>['faults'] };

/**
 * Changes the fields that were sent of a connection and, if they say where it points or with what credential, verifies
 * what comes out. A storage that is asked in the request is asked first: what it refuses changes nothing.
 *
 * Order of writes: the new version of the secret beside the current one, the connection that names it, then its label.
 * A crash leaves the connection with the version it names; of two at once one wins and the other is told.
 *
 * @param verify whether a storage that answers at once is asked in the request, or by the loop
 * @throws Throttled
 */
export async function updateConnection(
  organizationId: number,
  which: ConnectionSelector,
  changes: ConnectionChanges,
  verify: 'at-once' | 'later',
  ports: Needs,
  context: VerifyContext,
): Promise<Updated> {
  const connections = ports['connections.write'];
  const seen = await findConnection(connections, organizationId, which);
  if (!seen) return { result: 'not-found' };
  const { name = seen.name } = changes;
  if (name !== seen.name && (await connections.all(organizationId)).some((other) => other.name === name)) {
    return { result: 'name-taken' };
  }
  const changed = await applied(seen, changes, ports);
  if ('result' in changed) return changed;
  const { target, credential } = changed;

  let verified: VerdictResult = { connection: seen, lines: [] };
  if (credential || !isSameTarget(target, seen.target)) {
    await enforceRateLimits({ ...context, organizationId }, target, ports);
    const anew = await verifiedAs(seen, changed, verify, ports, context);
    if ('result' in anew) return anew;
    verified = anew;
  }
  const version = credential && (await ports['credentials.rotate'].add(seen.uid, credential));
  if (credential && version === undefined) return { result: 'not-found' };
  const { options = seen.options } = changes;
  const { options: _replaced, ...kept } = verified.connection;
  const connection: Connection = {
    ...kept,
    ...{ name, target },
    ...(options !== undefined && options !== '' && { options }),
    ...(credential &&
      version !== undefined && {
        credential: { kind: credential.kind, accessKey: publicPart(credential), version },
      }),
    updatedAt: context.now,
    version: seen.version + 1,
  };
  const written = await connections.update(connection, seen, verified.lines);
  if (written !== 'updated') return { result: written === 'overtaken' ? 'conflict' : 'name-taken' };
  if (version !== undefined) await ports['credentials.rotate'].confirm(seen.uid, version);
  const { verification } = connection;
  const isStarted = verification !== seen.verification && verification.status === 'connecting';
  if (isStarted) await startSavedJob(connection, { kind: 'user' }, ports);
  return { result: 'updated', connection };
}

interface Applied {
  readonly target: SavedTarget;
  /** The new one, where one was sent. */
  readonly credential?: Credential;
}

/** The target with the changes, and the new credential where one was sent. */
async function applied(
  seen: Connection,
  { accessKey, secretKey, role, proxyUser, ...changes }: ConnectionChanges,
  ports: Needs,
): Promise<Updated | Applied> {
  const own = seen.target;
  const target = targetWith(own, changes);
  if (!target.ok) return { result: 'invalid', faults: target.faults };
  if (secretKey === undefined && role === undefined) {
    const isOtherKey = accessKey !== undefined && accessKey !== seen.credential.accessKey;
    const isUsable = !isOtherKey && proxyUser === undefined && mayUseStoredSecret(seen, target.value);
    return isUsable ? { target: target.value } : { result: 'secret-required' };
  }
  const raw = { accessKey: accessKey ?? seen.credential.accessKey, secretKey: secretKey ?? '' };
  const parsed: Parsed<Credential> = role ? { ok: true, value: role } : parseCredential(target.value.provider, raw);
  if (!parsed.ok) return { result: 'invalid', faults: parsed.faults };
  const user = proxyUser ?? (await proxyUserKept(seen, target.value, ports));
  return { target: target.value, credential: { ...parsed.value, ...(user !== undefined && { proxyUser: user }) } };
}

/** The user of a proxy that stays is not asked for again: clients read it back without. */
async function proxyUserKept(seen: Connection, target: SavedTarget, ports: Needs): Promise<string | undefined> {
  if (target.proxy === undefined || target.proxy !== seen.target.proxy) return undefined;
  return (await ports['credentials.read'](seen.uid, seen.credential.version))?.proxyUser;
}

function targetWith(own: SavedTarget, changes: PlaceChanges): Parsed<SavedTarget> {
  const { bucket, prefix, ...account } = own;
  const raw = { ...account, ...(bucket !== undefined && { bucket }), prefix, ...changes };
  // A vendor belongs to its endpoint: where that changes and no vendor is named, the host has to tell.
  const isNew = changes.endpoint !== undefined && changes.endpoint !== own.endpoint;
  const vendor = raw.provider !== 's3' || isNew ? changes.vendor : raw.vendor;
  if (raw.bucket !== undefined) return parseTarget({ ...raw, vendor, bucket: raw.bucket });
  const parsed = parseAccountTarget({ ...raw, vendor });
  return parsed.ok ? { ok: true, value: { ...parsed.value, prefix: '' } } : parsed;
}

/** The connection with what is known of it as it is going to be. */
async function verifiedAs(
  seen: Connection,
  { target, credential }: Applied,
  verify: 'at-once' | 'later',
  ports: Needs,
  context: VerifyContext,
): Promise<VerdictResult | Extract<Updated, { result: 'not-found' | 'refused' }>> {
  const { bucket } = target;
  // A check that somebody is about to make is of what the connection was.
  const { check: _ofBefore, ...unchecked } = seen;
  if (verify === 'later' || bucket === undefined || !isAnsweredInRequest(target)) {
    return { connection: markConnecting(unchecked, context.now), lines: [] };
  }
  const there: StorageTarget = { ...target, bucket };
  const used = credential ?? (await ports['credentials.read'](seen.uid, seen.credential.version));
  if (!used) return { result: 'not-found' };
  const opened = await ports['storage.reach'].open(there, used, context.deadline);
  const outcome = await checkExternalId(await verifyBucket(opened, context), used, ports['storage.reach']);
  if (outcome.status === 'error') return { result: 'refused', diagnosis: outcome.diagnosis };
  return applyVerdict(unchecked, outcome, {
    cause: { kind: 'user' },
    at: context.now,
    times: ports['schedule.read'](),
  });
}
