import { createHash } from 'node:crypto';
import type { Inventory } from '../datasets/inventory.ts';
import type { DiagnosisCode } from '../diagnosis/catalogue.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { newUid } from '../uid.ts';
import type { Cause } from './check-cause.ts';
import type { Verdict } from './verdict.ts';

/** A verdict as far as changes are told apart by it. */
export type VerdictKind = { readonly status: 'connected' } | { readonly status: 'error'; readonly code: DiagnosisCode };

/** The last verdict there was, and since when (epoch milliseconds). `first`: there has been no other. */
export type LastVerdict = VerdictKind & { readonly at: number; readonly first?: true };

interface Entry {
  /** A UUIDv7: the order of the history. The same change has the same id, however often it is made. */
  readonly id: string;
  readonly organizationId: number;
  /** Of the connection. */
  readonly uid: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly cause: Cause;
}

/** The first verdict on a connection, or one that is not what the one before was. */
export interface VerdictChange extends Entry {
  readonly kind: 'verdict';
  /** Absent: it had none. */
  readonly from?: VerdictKind;
  readonly to: VerdictKind;
  /** What is wrong, where `to` is an error. */
  readonly diagnosis?: Diagnosis;
}

/** The dataset that CVAL follows is not what it was. */
export interface DatasetChange extends Entry {
  readonly kind: 'dataset';
  readonly before?: Inventory;
  readonly now: Inventory;
}

/** What happened to a connection, one line of its history. */
export type HistoryEntry = VerdictChange | DatasetChange;

/** An entry that is still to be announced, from a moment on (epoch milliseconds). */
export interface PendingEntry {
  readonly entry: HistoryEntry;
  readonly announceAt: number;
}

/** An entry as it is read back. */
export type StoredEntry = HistoryEntry & { readonly announcedAt?: number };

export const toVerdictKind = (outcome: Verdict): VerdictKind =>
  outcome.status === 'connected' ? { status: 'connected' } : { status: 'error', code: outcome.diagnosis.code };

export const isSameKind = (a: VerdictKind | undefined, b: VerdictKind): boolean =>
  a?.status === b.status && (a.status !== 'error' || (b.status === 'error' && a.code === b.code));

/** @param count how many entries the connection had: what makes the id this entry's and no other's */
export function toEntryId(uid: string, kind: HistoryEntry['kind'], count: number, at: number): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([uid, kind, count]))
    .digest();
  let offset = 0;
  return newUid(at, () => {
    const drawn = digest.readUIntBE(offset, 5) / 2 ** 40;
    offset += 5;
    return drawn;
  });
}
