import type { Ports } from '../ports.ts';
import type { CheckMessage, Due } from '../records/check-ports.ts';
import { checkTimes } from '../records/timeouts.ts';
import { newUid } from '../uid.ts';

/** The ports that a sweep takes. */
export const dispatchDueChecksNeeds = [
  'checks.due',
  'checks.write',
  'checks.send',
  'announcements.write',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof dispatchDueChecksNeeds)[number]>;

/** What is read of a shard at a time. */
const pageSize = 200;
/** Rows taken at a time, of each shard. */
const atOnce = 10;

export interface DispatchContext {
  /** Milliseconds since the epoch, now. */
  readonly now: () => number;
  /** Uniformly distributed in [0, 1). */
  readonly random: () => number;
  /** Epoch milliseconds from which on it begins nothing new: what is left is due at the next sweep. */
  readonly until: number;
}

/**
 * Hands over what is due to the queue, where the workers' limit spreads it over time. It reads what is due and nothing
 * else.
 *
 * Each row is taken before its message is sent: of two sweeps one takes it, and the message names what it was taken
 * under. A sweep that dies in between leaves rows that are due again after the lease.
 *
 * @returns how many were handed over
 * @throws Error when some could not be; the others were
 */
export async function dispatchDueChecks(ports: Needs, context: DispatchContext): Promise<number> {
  const shards = Array.from({ length: ports['checks.due'].shards }, (_, shard) => shard);
  const swept = await Promise.allSettled(shards.map((shard) => sweepShard(shard, ports, context)));
  const failed = swept.find((one) => one.status === 'rejected');
  if (failed) throw new Error('Part of a sweep failed.', { cause: failed.reason });
  return swept.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value : 0), 0);
}

async function sweepShard(shard: number, ports: Needs, context: DispatchContext): Promise<number> {
  let handed = 0;
  while (context.now() < context.until) {
    const due = await ports['checks.due'].inShard(shard, context.now(), pageSize);
    let taken = 0;
    for (let first = 0; first < due.length; first += atOnce) {
      const some = await Promise.all(due.slice(first, first + atOnce).map((one) => take(one, ports, context)));
      const messages = some.filter((message) => message !== undefined);
      if (messages.length > 0) await ports['checks.send'](messages);
      taken += messages.length;
    }
    handed += taken;
    // An index is a little behind its table: a page of which nothing could be taken would be read again and again.
    if (due.length < pageSize || taken === 0) break;
  }
  return handed;
}

async function take(due: Due, ports: Needs, { now, random }: DispatchContext): Promise<CheckMessage | undefined> {
  const until = now() + checkTimes.lease;
  switch (due.kind) {
    case 'check': {
      const { organizationId, uid, dueAt } = due;
      const claim = newUid(now(), random);
      const isTaken = await ports['checks.write'].claim({ organizationId, uid }, dueAt, claim, until);
      return isTaken ? { kind: 'check', organizationId, uid, claim } : undefined;
    }
    case 'announcement': {
      const { uid, id, dueAt } = due;
      const isTaken = await ports['announcements.write'].take(uid, id, dueAt, until);
      return isTaken ? { kind: 'announcement', uid, id } : undefined;
    }
  }
}
