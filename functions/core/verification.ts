import { type Diagnosis, type Step, stepOf, steps } from './diagnosis.ts';
import type { StoredObject } from './storage.ts';

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
export function findingsOf(milliseconds: number, diagnosis?: Diagnosis): readonly Finding[] {
  const reached = steps.indexOf(diagnosis ? stepOf(diagnosis.code) : 'list');
  return steps.map((step, index): Finding => {
    if (index > reached) return { step, result: 'skipped' };
    if (index === reached && diagnosis) return { step, result: 'failed', milliseconds, diagnosis };
    return { step, result: 'passed', milliseconds };
  });
}

/** The verdict of a call that failed after so many milliseconds. */
export const failedBy = (diagnosis: Diagnosis, milliseconds: number): Failed => ({
  status: 'error',
  findings: findingsOf(milliseconds, diagnosis),
  diagnosis,
});

/** The verdict where the storage was never asked: nothing but the step at fault was come to. */
export const failedUnasked = (diagnosis: Diagnosis): Failed => ({
  status: 'error',
  findings: steps.map((step): Finding => {
    if (step !== stepOf(diagnosis.code)) return { step, result: 'skipped' };
    return { step, result: 'failed', milliseconds: 0, diagnosis };
  }),
  diagnosis,
});
