import { randomInt } from 'node:crypto';

/** The clock and the randomness that the pure parts are given. */
export const moment = {
  /** Milliseconds since the epoch. */
  now: () => Date.now(),
  /** Milliseconds on a steady scale, for durations. */
  clock: () => performance.now(),
  /** Uniformly distributed in [0, 1); 2^47 is the widest range `randomInt` takes. */
  random: () => randomInt(2 ** 47) / 2 ** 47,
} as const;

/** Ends all calls to a storage that one request or task makes, milliseconds together. */
export const storageDeadline = (): AbortSignal => AbortSignal.timeout(8_000);
