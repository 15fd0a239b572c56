import { randomInt } from 'node:crypto';
import { jobTimes } from '../../core/records/timeouts.ts';

/** The clock and the randomness that the pure parts are given. */
export const clock = {
  /** Milliseconds since the epoch. */
  now: () => Date.now(),
  /** Milliseconds on a steady scale, for durations. */
  clock: () => performance.now(),
  /** Uniformly distributed in [0, 1); 2^47 is the widest range `randomInt` takes. */
  random: () => randomInt(2 ** 47) / 2 ** 47,
} as const;

/** Ends all calls to a storage that one request or pass makes, milliseconds together. */
export const storageDeadline = (): AbortSignal => AbortSignal.timeout(jobTimes.attempt);

/** Ends a survey of an account, from when its task began: a task has 30 s, and writes down what came of it. */
export const surveyDeadline = (): AbortSignal => AbortSignal.timeout(20_000);
