import type { DiagnosisCode } from '../diagnosis/catalogue.ts';
import { type Diagnosis, settlingOf } from '../diagnosis/diagnosis.ts';
import type { Job, WaitingFor } from '../records/job.ts';
import { jobTimes } from '../records/timeouts.ts';
import type { Verdict } from '../records/verdict.ts';

/** What the loop does after a pass. */
export type NextStep =
  | { readonly move: 'settle'; readonly outcome: Verdict }
  /** `seconds` is a whole number ≥ 1: Step Functions waits in whole seconds. */
  | { readonly move: 'wait'; readonly seconds: number; readonly waitingFor: WaitingFor };

/** Waits between passes in seconds: soon at first, when a person is watching, then seldom. The last one repeats. */
const waits = [1, 2, 3, 5, 8, 13, 21, 30] as const;

/** The wait after pass number `attempt` (from 0). */
export const waitSecondsAfter = (attempt: number): number => waits[Math.min(attempt, waits.length - 1)] ?? 30;

/**
 * Decides between "still settling" and "wrong" after one pass.
 *
 * @param attempt passes made before this one, from 0
 * @param now milliseconds since the epoch
 */
export function nextStep(outcome: Verdict, job: Job, attempt: number, now: number): NextStep {
  if (outcome.status === 'connected') return { move: 'settle', outcome };
  const { diagnosis } = outcome;
  const hasAnswered = job.waitingFor?.hasAnswered === true || !silentCodes.has(diagnosis.code);
  if (!hasAnswered && isPersonWaiting(job) && !canAnswerInTime(job, attempt, now)) return { move: 'settle', outcome };
  if (!isTransient(diagnosis, job, attempt, now)) return { move: 'settle', outcome };
  return { move: 'wait', seconds: waitSecondsAfter(attempt), waitingFor: { diagnosis, hasAnswered } };
}

/** Failures in which the storage said nothing at all. */
const silentCodes: ReadonlySet<DiagnosisCode> = new Set(['connection-timed-out', 'name-lookup-failed']);

/** Whether the job was asked for by a person, rather than by the schedule or an event. */
const isPersonWaiting = ({ saved }: Job): boolean => saved === undefined || saved.cause.kind === 'user';

/** Whether the next attempt ends before a person has waited for a silent storage long enough. */
const canAnswerInTime = ({ startedAt }: Job, attempt: number, now: number): boolean =>
  now + waitSecondsAfter(attempt) * 1000 + jobTimes.attempt <= startedAt + jobTimes.silence;

function isTransient({ code }: Diagnosis, job: Job, attempt: number, now: number): boolean {
  // The next pass must begin before the polling ends, whatever the failure's own patience.
  const nextPass = now + waitSecondsAfter(attempt) * 1000;
  if (nextPass >= job.startedAt + jobTimes.polling) return false;
  const settling = settlingOf(code);
  switch (settling.kind) {
    case 'never':
      return false;
    case 'for':
      return now < job.startedAt + settling.seconds * 1000;
    case 'tries':
      return attempt < settling.count;
    case 'until-deadline':
      return true;
  }
}
