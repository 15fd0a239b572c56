import { type Step, steps } from '../diagnosis/catalogue.ts';
import { type Diagnosis, diagnose, stepOf } from '../diagnosis/diagnosis.ts';
import type { StoredObject } from '../storage/storage.ts';

/** What one step of a verification came to; `milliseconds` is the time it took. */
export type Finding =
  | { readonly step: Step; readonly result: 'passed'; readonly milliseconds: number }
  | { readonly step: Step; readonly result: 'failed'; readonly milliseconds: number; readonly diagnosis: Diagnosis }
  | { readonly step: Step; readonly result: 'skipped' };

/** The outcome of one pass over a bucket. */
export type Verdict = Connected | Failed;

export interface Connected {
  readonly status: 'connected';
  readonly findings: readonly Finding[];
  /** Up to ten objects drawn at random from the keys seen. */
  readonly sample: readonly StoredObject[];
  readonly hasInfoLabels: boolean;
  readonly reformattedEndpoint?: string;
  /** Of an account whose buckets were surveyed, in the storage's order. */
  readonly buckets?: readonly SurveyedBucket[];
}

/** What is known of one bucket of an account. The counts are there only when all of it was counted. */
export interface SurveyedBucket {
  readonly name: string;
  readonly region?: string;
  readonly files?: number;
  readonly bytes?: number;
}

export interface Failed {
  readonly status: 'error';
  readonly findings: readonly Finding[];
  readonly diagnosis: Diagnosis;
}

/**
 * The findings of a pass that is decided by its first call to the storage: all steps before the one at fault passed
 * within that call, the one at fault failed, later ones were not tried.
 *
 * @param milliseconds how long the call took
 * @param diagnosis what was wrong; absent when the call succeeded
 */
export function toFindings(milliseconds: number, diagnosis?: Diagnosis): readonly Finding[] {
  const reached = steps.indexOf(diagnosis ? stepOf(diagnosis.code) : 'list');
  return steps.map((step, index): Finding => {
    if (index > reached) return { step, result: 'skipped' };
    if (index === reached && diagnosis) return { step, result: 'failed', milliseconds, diagnosis };
    return { step, result: 'passed', milliseconds };
  });
}

/** The verdict of a call that failed after so many milliseconds. */
export const toFailure = (diagnosis: Diagnosis, milliseconds: number): Failed => ({
  status: 'error',
  findings: toFindings(milliseconds, diagnosis),
  diagnosis,
});

/** The verdict where the storage was never asked: nothing but the step at fault was come to. */
export const toFailureUnasked = (diagnosis: Diagnosis): Failed => ({
  status: 'error',
  findings: steps.map((step): Finding => {
    if (step !== stepOf(diagnosis.code)) return { step, result: 'skipped' };
    return { step, result: 'failed', milliseconds: 0, diagnosis };
  }),
  diagnosis,
});

/** What a job comes to when the loop that should have decided it is gone. */
export const toInterrupted = (): Failed => toFailureUnasked(diagnose('interrupted'));

/** What is known of a saved connection, and since when (epoch milliseconds). */
export type Verification =
  | { readonly status: 'unverified'; readonly since: number }
  /** `job` is the generation of the verification that decides; an outcome of any other is not taken. */
  | { readonly status: 'connecting'; readonly since: number; readonly job: number }
  | { readonly status: 'connected'; readonly since: number; readonly verifiedAt: number }
  | { readonly status: 'error'; readonly since: number; readonly verifiedAt: number; readonly diagnosis: Diagnosis };

/** What an outcome makes of what was known: a status that stays keeps the time since when it has been so. */
export function applyOutcome(before: Verification, outcome: Verdict, at: number): Verification {
  const since = before.status === outcome.status ? before.since : at;
  return outcome.status === 'connected'
    ? { status: 'connected', since, verifiedAt: at }
    : { status: 'error', since, verifiedAt: at, diagnosis: outcome.diagnosis };
}
