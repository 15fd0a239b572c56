import type { DatasetFinding } from '../../core/datasets/find-dataset.ts';
import type { Inventory } from '../../core/datasets/inventory.ts';
import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import { describeCause } from '../../core/records/check-cause.ts';
import type { Connection } from '../../core/records/connection.ts';
import { effectiveVerification } from '../../core/records/effective-status.ts';
import { warnOfPrefix } from '../../core/storage/check-prefix.ts';
import { toTime } from './time-wire.ts';

/** A connection as its operator sees it: whether it works and since when, and when it is looked at next. */
export function toConnection(connection: Connection, now: number) {
  const { uid, id, organizationId, name, target, check, dataset, inventory } = connection;
  const verification = effectiveVerification(connection, now);
  return {
    ...{ uid, id, organization: organizationId, name, provider: target.provider },
    vendor: target.vendor ?? null,
    bucket: target.bucket ?? null,
    status: verification.status,
    since: toTime(verification.since),
    lastCheck: toTime('verifiedAt' in verification ? verification.verifiedAt : undefined),
    diagnosis: toDiagnosis('diagnosis' in verification ? verification.diagnosis : undefined),
    warnings: [warnOfPrefix(target.prefix)].filter((warning) => warning !== undefined),
    nextCheck: toTime(check?.dueAt),
    // The next check has been handed over; then `nextCheck` is when it is made again, should it not be heard of.
    checking: check?.claim !== undefined,
    failures: check?.failures ?? 0,
    cause: check?.cause === undefined ? null : describeCause(check.cause),
    dataset: dataset === undefined ? null : toDataset(dataset),
    inventory: toInventory(inventory),
  };
}

/** A diagnosis in the words that events use; null for none. */
export const toDiagnosis = (diagnosis: Diagnosis | undefined) =>
  diagnosis === undefined
    ? null
    : {
        code: diagnosis.code,
        field: diagnosis.field ?? null,
        text: diagnosis.sentence,
        remedy: diagnosis.remedy,
      };

/** `complete` is null where the storage did not let us see, for the reason that is the diagnosis. */
const toDataset = (dataset: DatasetFinding) =>
  'unknown' in dataset
    ? { complete: null, missing: [], diagnosis: toDiagnosis(dataset.unknown) }
    : { complete: dataset.complete, missing: dataset.complete ? [] : dataset.missing, diagnosis: null };

/** What is in a dataset; null where it was not counted. */
export const toInventory = (inventory: Inventory | undefined) =>
  inventory === undefined
    ? null
    : {
        takenAt: toTime(inventory.takenAt),
        complete: inventory.complete,
        splits: inventory.splits,
        newestChange: toTime(inventory.newestChange),
      };
