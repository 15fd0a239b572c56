import type { DatasetFinding } from '../datasets/find-dataset.ts';
import { hasChanged, type Inventory, toDatasetFinding } from '../datasets/inventory.ts';
import type { Ports } from '../ports.ts';
import { applyVerdict, type Recording } from './apply-verdict.ts';
import { type Connection, type CredentialReference, isSameTarget, type SavedTarget } from './connection.ts';
import { effectiveVerification } from './effective-status.ts';
import { type DatasetChange, type PendingEntry, toEntryId } from './history-entry.ts';
import { checkTimes } from './timeouts.ts';
import type { Verdict } from './verdict.ts';

/** What was verified, and how. */
export interface Observed extends Omit<Recording, 'times'> {
  readonly organizationId: number;
  readonly uid: string;
  /** Where it pointed. */
  readonly target: SavedTarget;
  /** The version of its secret that the connection named when it was read. */
  readonly credentialVersion: string;
  /** What the connection moves to with the verdict: it was verified with this one. */
  readonly credential?: CredentialReference;
  readonly inventory?: Inventory;
}

/** The ports that recording takes. */
export const recordVerdictNeeds = ['verdicts.write', 'schedule.read'] as const satisfies readonly (keyof Ports)[];

/** Attempts at a write, each on the row as it then is. Every one that fails means that another writer has succeeded. */
const maxAttempts = 8;

/**
 * Records what a verification found, on the connection as it was verified: one whose target or credential changed in
 * between, that waits for another job, or that is gone, is left alone. An observation that a caller asked for is dropped
 * where a newer one is stored: of many at once, most have nothing to add.
 *
 * @param known the connection as it was read before it was verified, if it was: it is read anew only if it changed
 * @returns what was recorded; undefined when nothing was
 * @throws Error when it lost to other writers in every attempt
 */
export async function recordVerdict(
  of: Observed,
  outcome: Verdict,
  ports: Pick<Ports, (typeof recordVerdictNeeds)[number]>,
  known?: Connection,
): Promise<Recorded | undefined> {
  const connections = ports['verdicts.write'];
  const recording = { ...of, times: ports['schedule.read']() };
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (attempt > 0) await connections.backOff(attempt);
    const seen = attempt === 0 && known ? known : await connections.byUid(of.organizationId, of.uid);
    if (!seen || !isAsVerified(seen, of) || !awaits(seen, of)) return undefined;
    if (attempt > 0 && isOutdated(seen, outcome, of)) return undefined;
    if (isSilence(seen, outcome, of)) {
      const { check, recorded = 0 } = seen;
      const { failures = 0, rotated } = check ?? {};
      const again = { dueAt: of.at + checkTimes.lease, failures, ...(rotated && { rotated }) };
      if (await connections.put({ ...seen, check: again, recorded: recorded + 1 }, seen, [])) return undefined;
      continue;
    }
    const verified = applyVerdict(seen, outcome, recording);
    const recorded = withInventory(seen, verified, of);
    const changed = { ...recorded.connection, ...(of.credential && { credential: of.credential }) };
    if (await connections.put(changed, seen, recorded.lines)) return { connection: changed, lines: recorded.lines };
  }
  throw new Error(`Gave up recording the verdict after ${maxAttempts} write conflicts.`);
}

/**
 * Whether the row has a newer observation than this one, or the same one of the same time. That of a check counts always,
 * because the row waits for it.
 */
function isOutdated({ verification }: Connection, outcome: Verdict, { at, claim, job }: Observed): boolean {
  if (claim !== undefined || job !== undefined || !('verifiedAt' in verification)) return false;
  return verification.verifiedAt > at || (verification.verifiedAt === at && verification.status === outcome.status);
}

/** A connection as it was put there, and what is new in its history. */
export interface Recorded {
  readonly connection: Connection;
  readonly lines: readonly PendingEntry[];
}

const isAsVerified = (
  { credential, target }: Connection,
  of: Pick<Observed, 'credentialVersion' | 'target'>,
): boolean => credential.version === of.credentialVersion && isSameTarget(target, of.target);

/**
 * Whether this verdict may count: one that waits for a job takes that job's only. One that is told again for a while
 * counts as of when it was found, and not any more once there is a newer one.
 */
function awaits(seen: Connection, { job, claim, at }: Pick<Observed, 'job' | 'claim' | 'at'>): boolean {
  const { verification, check } = seen;
  if (job === undefined) {
    const isOutdated = claim === undefined && 'verifiedAt' in verification && verification.verifiedAt > at;
    return effectiveVerification(seen, at).status !== 'connecting' && !isOutdated;
  }
  return check?.job === job || (verification.status === 'connecting' && verification.job === job);
}

/**
 * A loop that died while it looked again says nothing about the storage: what was known stays known, and the check is
 * made once more. One that waits for its first verdict has to be told something.
 */
const isSilence = ({ verification }: Connection, outcome: Verdict, { job }: Pick<Observed, 'job'>): boolean =>
  outcome.status === 'error' &&
  outcome.diagnosis.code === 'interrupted' &&
  job !== undefined &&
  !(verification.status === 'connecting' && verification.job === job);

function withInventory(
  seen: Connection,
  { connection, lines }: Recorded,
  { inventory, uid, organizationId, at, cause }: Observed,
): Recorded {
  if (!inventory) return { connection, lines };
  const dataset: DatasetFinding | undefined = toDatasetFinding(inventory);
  const isNews = hasChanged(seen.inventory, inventory);
  // One that was broken off and proves nothing does not take the place of a whole one.
  if (!isNews && seen.inventory?.complete && !inventory.complete) return { connection, lines };
  const counted = { ...connection, inventory, ...(dataset && { dataset }) };
  if (!isNews) return { connection: counted, lines };
  const { recorded = 0 } = seen;
  const entry: DatasetChange = {
    ...{ kind: 'dataset', id: toEntryId(uid, 'dataset', recorded, at), organizationId, uid, at, cause, now: inventory },
    ...(seen.inventory && { before: seen.inventory }),
  };
  return { connection: counted, lines: [...lines, { entry, announceAt: at }] };
}
