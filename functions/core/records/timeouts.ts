const minute = 60_000;

/** Lives of a job, in milliseconds. */
export const jobTimes = {
  /** How long the loop goes on asking a storage that may yet settle. */
  polling: 12 * minute,
  /** How long a person waits for a storage that never answered an attempt. */
  silence: minute,
  /** How long one attempt at a storage takes at most. */
  attempt: 8_000,
  /** The execution's own time-out: past the polling by what the slowest last pass and the clean-up take. */
  execution: 15 * minute,
  /** How long a job may stay silent beyond the wait it announced: a slow pass, its retries, a delayed start. */
  lease: 2 * minute,
  /**
   * How long a loop looks for its credential, which is written after the loop was started so that whatever is written
   * has an owner. Longer than the writing function can live.
   */
  credential: minute / 2,
  /** How long a good verdict is served after it was first delivered: longer than any client's poll interval. */
  served: 5 * minute,
  /** The same for a failure, which a person may be mending: only so long that other callers who poll see it, too. */
  servedFailed: minute / 2,
  /** How long an undelivered verdict waits for its caller. */
  kept: 24 * 60 * minute,
} as const;

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
