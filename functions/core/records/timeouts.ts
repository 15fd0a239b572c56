import { jobTimes } from './job.ts';

const minute = 60_000;

/** Lives of a check, in milliseconds. */
export const checkTimes = {
  /** From when one is handed over to when it is due again, should nobody have been heard of. */
  lease: 15 * minute,
  /** A receiver that began longer ago is dead: longer than its function can live. */
  work: minute,
  /** The same where the loop looks: as long as an execution and its clean-up can take. */
  loop: jobTimes.execution + jobTimes.lease,
  /** What happens to a storage comes in bursts: a check waits for the end of one. */
  debounce: minute / 2,
} as const;
