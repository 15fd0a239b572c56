import { createHash } from 'node:crypto';
import type { Cause } from './check-cause.ts';

/** When a connection is looked at next, and who is about to. Milliseconds since the epoch, like every time here. */
export interface NextCheck {
  /** From here on the sweep hands it over; it moves with every change of these fields but `begunAt`. */
  readonly dueAt: number;
  /** Checks in a row that found it failing: what the back-off counts. */
  readonly failures: number;
  /** What brought it forward; absent: its time comes. */
  readonly cause?: Cause;
  /** Whether its secret has another current version, which the next check is to be made with. */
  readonly rotated?: true;
  /** Names the one message whose receiver may look; absent until it has been handed over. */
  readonly claim?: string;
  /** When that receiver began. */
  readonly begunAt?: number;
  /** The generation of the job that looks, where it is the loop's. */
  readonly job?: number;
}

/** How often connections are looked at: the deployment's parameters. */
export interface ScheduleSettings {
  /** Between two checks of a connection that works. */
  readonly healthyMinutes: number;
  /** After the first check that failed; each further one doubles it, up to `healthyMinutes`. */
  readonly failingMinutes: number;
  /** A connection that changed again within this flaps, and is told of once it has stayed as it is for as long. */
  readonly settleMinutes: number;
}

const minute = 60_000;

/** How much an interval may be longer or shorter: what was added at once is not looked at at once for ever. */
const jitter = 0.1;

/**
 * When a connection is looked at after a verdict.
 *
 * @param failures verdicts in a row that were errors, this one included
 * @param uid spreads connections over time, and one's own checks too
 * @param at epoch milliseconds of the verdict
 * @returns whole epoch milliseconds
 */
export function nextDueAt(failures: number, times: ScheduleSettings, uid: string, at: number): number {
  const { healthyMinutes, failingMinutes } = times;
  // Beyond 2^20 minutes nothing is configured; the exponent must not overflow.
  const minutes = failures === 0 ? healthyMinutes : failingMinutes * 2 ** Math.min(failures - 1, 20);
  const spread = 1 + jitter * (2 * fraction(`${uid} ${at}`) - 1);
  return Math.round(at + Math.min(minutes, healthyMinutes) * minute * spread);
}

/** Evenly distributed in [0, 1), and the same for the same text. */
const fraction = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
