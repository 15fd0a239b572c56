import type { Cause } from './check-cause.ts';
import type { Connection } from './connection.ts';
import { effectiveVerification } from './effective-status.ts';
import {
  isSameKind,
  type LastVerdict,
  type PendingEntry,
  toEntryId,
  toVerdictKind,
  type VerdictChange,
} from './history-entry.ts';
import { type NextCheck, nextDueAt, type ScheduleSettings } from './schedule.ts';
import { applyOutcome, type Verdict } from './verdict.ts';

/** What a verdict is put on a connection with. */
export interface Recording {
  readonly cause: Cause;
  /** Of the check that came to it, where one was handed over; absent: somebody asked. */
  readonly claim?: string;
  /** Of the loop that came to it. */
  readonly job?: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The current version of its secret could not be taken over: the next check tries that again. */
  readonly stillRotated?: true;
  readonly times: ScheduleSettings;
}

/** A connection with its verdict, and what is new in its history. */
export interface VerdictResult {
  readonly connection: Connection;
  readonly lines: readonly PendingEntry[];
}

/**
 * Puts a verdict on a connection: its status, the last verdict, when it is looked at next, and a line of its history if
 * the verdict is another than the last.
 *
 * One that changes again before `settleMinutes` have passed since it changed flaps. It is looked at again before as many have passed once
 * more, and announced when they have: by then the line is the last one, or another has taken its place.
 */
export function applyVerdict(seen: Connection, outcome: Verdict, recording: Recording): VerdictResult {
  const { at, times, cause } = recording;
  const { lastVerdict: last, recorded = 0, uid, organizationId } = seen;
  const kind = toVerdictKind(outcome);
  const isNew = !isSameKind(last, kind);
  const settle = times.settleMinutes * 60_000;
  const flaps = isNew && last !== undefined && !last.first && at < last.at + settle;
  const failures = outcome.status === 'connected' ? 0 : (seen.check?.failures ?? 0) + 1;
  const due = nextDueAt(failures, times, uid, at);
  const next: NextCheck = {
    dueAt: flaps ? Math.min(due, at + Math.round((settle * 2) / 3)) : due,
    failures,
    ...(recording.stillRotated && { rotated: true }),
  };
  const connection: Connection = {
    ...seen,
    verification: applyOutcome(effectiveVerification(seen, at), outcome, at),
    lastVerdict: last && !isNew ? last : { ...kind, at, ...(!last && { first: true }) },
    check: seen.check && isOfOthers(seen.check, recording) ? { ...seen.check, failures } : next,
    recorded: recorded + 1,
  };
  if (!isNew) return { connection, lines: [] };
  const entry: VerdictChange = {
    ...{ kind: 'verdict', id: toEntryId(uid, 'verdict', recorded, at), organizationId, uid, at, cause, to: kind },
    ...(last && { from: withoutMoment(last) }),
    ...(outcome.status === 'error' && { diagnosis: outcome.diagnosis }),
  };
  return { connection, lines: [{ entry, announceAt: flaps ? at + settle : at }] };
}

const withoutMoment = (last: LastVerdict) =>
  last.status === 'error' ? ({ status: 'error', code: last.code } as const) : ({ status: 'connected' } as const);

/** Whether a check has been handed to somebody else, or brought forward, since this verdict was being come to. */
function isOfOthers(check: NextCheck, { claim, job }: Recording): boolean {
  if (check.claim === undefined) return check.cause !== undefined;
  return check.claim !== claim && (job === undefined || check.job !== job);
}
