import { type Inventory, takeInventory } from '../datasets/inventory.ts';
import { diagnose } from '../diagnosis/diagnosis.ts';
import { publishChange, publishChangeNeeds } from '../events/publish-change.ts';
import { startJob, startSavedJobNeeds, toSavedJob } from '../jobs/start-saved-job.ts';
import type { Ports } from '../ports.ts';
import type { Connection } from '../records/connection.ts';
import type { ConnectionLocation } from '../records/connection-ports.ts';
import { effectiveVerification } from '../records/effective-status.ts';
import { type Observed, recordVerdict } from '../records/record-verdict.ts';
import { nextDueAt } from '../records/schedule.ts';
import { checkTimes } from '../records/timeouts.ts';
import { toFailureUnasked, type Verdict } from '../records/verdict.ts';
import { type Credential, publicPart } from '../storage/credential.ts';
import type { StorageTarget } from '../storage/target.ts';
import { checkExternalId } from '../verification/check-external-id.ts';
import { type VerificationContext, verifyBucket } from '../verification/verify-bucket.ts';
import { isAnsweredInRequest } from '../verification/verify-unsaved.ts';

/** The ports that checking a connection takes. */
export const checkConnectionNeeds = [
  'organizations.read',
  'checks.write',
  'credentials.read',
  'credentials.current',
  'credentials.mark',
  'storage.reach',
  ...startSavedJobNeeds,
  ...publishChangeNeeds,
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof checkConnectionNeeds)[number]>;

export interface CheckContext extends VerificationContext {
  /** Milliseconds since the epoch, now. */
  readonly now: () => number;
  /** Ends the calls of an inventory. */
  readonly surveyDeadline: AbortSignal;
}

/**
 * Makes a check that was handed over under a claim. A message that comes twice, or late, has a claim that is not there
 * any more, or that somebody is at work on: nothing happens. If it fails on the way, the message comes again; if it
 * dies, too. Credentials of a disabled organization are not used: its checks wait until it is enabled again.
 *
 * @throws Error when a part of the service fails; never for what a storage does
 */
export async function checkConnection(
  { organizationId, uid, claim }: ConnectionLocation & { readonly claim: string },
  ports: Needs,
  context: CheckContext,
): Promise<void> {
  const place = { organizationId, uid };
  const began = context.now();
  const connection = await ports['checks.write'].begin(place, claim, began, began - checkTimes.work);
  if (!connection) return;
  const { verification } = connection;
  if (effectiveVerification(connection, began).status === 'connecting') {
    // A loop is about to say; should it never do so, nobody is by then.
    await ports['checks.write'].postpone(place, claim, verification.since + checkTimes.loop);
    return;
  }
  const organization = await ports['organizations.read'].find({ id: organizationId });
  if (organization?.disabledAt !== undefined) {
    // What it has stays, and nobody uses it.
    await ports['checks.write'].postpone(place, claim, nextDueAt(0, ports['schedule.read'](), uid, began));
    return;
  }
  const used = await credentialOf(connection, ports, began);
  if (!connection.isSecretMarked) await markSecret(place, ports);
  const { target } = connection;
  if ('wrong' in used || (target.bucket !== undefined && isAnsweredInRequest(target))) {
    await checkAtOnce(connection, used, claim, ports, context);
  } else {
    await checkByLoop(connection, used, claim, ports, context);
  }
}

/** The row is what proves whose secret it is, so the mark can be set once the row has been read. */
async function markSecret(place: ConnectionLocation, ports: Needs): Promise<void> {
  await ports['credentials.mark'](place.uid);
  await ports['checks.write'].recordMark(place);
}

/** What a check is made with; `version` is the one that the connection names, or is to name. */
type Used =
  | { readonly credential: Credential; readonly version: string }
  | { readonly wrong: 'secret-missing' | 'secret-unreadable' };

/** A secret that was changed in the vault is used as it is there now, whatever the event was about. */
async function credentialOf(
  { uid, credential, check, updatedAt }: Connection,
  ports: Needs,
  now: number,
): Promise<Used> {
  if (check?.rotated) {
    const current = await ports['credentials.current'](uid);
    if (!current) return { wrong: 'secret-missing' };
    const { version } = current;
    return current.credential === 'unreadable'
      ? { wrong: 'secret-unreadable' }
      : { version, credential: current.credential };
  }
  const { version } = credential;
  const own = await ports['credentials.read'](uid, version);
  if (own) return { version, credential: own };
  // The vault is a little behind what was written (eventually consistent:
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html): the message comes again.
  if (now < updatedAt + checkTimes.work) throw new Error('The secret of a connection is not there yet.');
  return { wrong: 'secret-missing' };
}

/** What the connection is to name once the verdict on this credential is in, if that is another than now. */
function movesTo({ credential }: Connection, used: Used): Pick<Observed, 'credential'> {
  if ('wrong' in used || used.version === credential.version) return {};
  const { kind } = used.credential;
  return { credential: { kind, accessKey: publicPart(used.credential), version: used.version } };
}

async function checkAtOnce(
  connection: Connection,
  used: Used,
  claim: string,
  ports: Needs,
  context: CheckContext,
): Promise<void> {
  const { organizationId, uid, target, credential, check } = connection;
  const outcome = await outcomeOf(connection, used, ports, context);
  const inventory = outcome.status === 'connected' ? await inventoryOf(connection, used, ports, context) : undefined;
  const observed: Observed = {
    ...{ organizationId, uid, target, credentialVersion: credential.version, claim },
    ...{ at: context.now(), cause: check?.cause ?? { kind: 'schedule' } },
    ...movesTo(connection, used),
    ...('wrong' in used && check?.rotated && { stillRotated: true }),
    ...(inventory && { inventory }),
  };
  const recorded = await recordVerdict(observed, outcome, ports, connection);
  for (const { entry, announceAt } of recorded?.lines ?? []) {
    if (announceAt <= context.now()) await publishChange(uid, entry.id, ports, context.now());
  }
}

async function outcomeOf({ target }: Connection, used: Used, ports: Needs, context: CheckContext): Promise<Verdict> {
  if ('wrong' in used) return toFailureUnasked(diagnose(used.wrong));
  const storage = ports['storage.reach'];
  const { bucket = '' } = target;
  const opened = await storage.open({ ...target, bucket }, used.credential, context.deadline);
  return checkExternalId(await verifyBucket(opened, context), used.credential, storage);
}

/** What a dataset that is followed consists of; an inventory that fails says nothing. */
async function inventoryOf(
  { target, synchronize }: Connection,
  used: Used,
  ports: Needs,
  context: CheckContext,
): Promise<Inventory | undefined> {
  const { bucket } = target;
  if (!synchronize || bucket === undefined || 'wrong' in used) return undefined;
  const there: StorageTarget = { ...target, bucket };
  const storage = ports['storage.reach'];
  const taken = await takeInventory(storage, there, used.credential, context.surveyDeadline, context.now());
  return 'unknown' in taken ? undefined : taken;
}

/** The check is the loop's before that is started: a start that fails gives it back. */
async function checkByLoop(
  connection: Connection,
  used: Extract<Used, { readonly version: string }>,
  claim: string,
  ports: Needs,
  { now }: CheckContext,
): Promise<void> {
  const { organizationId, uid, credential, check } = connection;
  const place = { organizationId, uid };
  const began = now();
  const cause = check?.cause ?? { kind: 'schedule' };
  const saved = { uid, credentialVersion: credential.version, cause, ...movesTo(connection, used) };
  const job = toSavedJob(connection, saved, began);
  if (!(await ports['checks.write'].loop(place, claim, job.generation, began + checkTimes.loop))) return;
  try {
    await startJob(job, ports);
  } catch (error) {
    await ports['checks.write'].postpone(place, claim, now() + checkTimes.lease);
    throw error;
  }
}
