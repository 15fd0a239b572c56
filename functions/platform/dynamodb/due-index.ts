import { createHash } from 'node:crypto';

/**
 * The index `due` of the connections table says what is to be done and when. Whatever a row stands for, its keys are
 * `due`, a shard of what is alike, and `dueKey`, when and of what; without them it is not in the index.
 */
export interface DueKeys {
  readonly due: string;
  readonly dueKey: string;
}

export const dueIndex = 'due';

/** Keys of a row that nothing is to be done about (any more). */
export const notDue = { due: undefined, dueKey: undefined } as const;

/** A partition takes 1,000 writes a second; shards keep many checks at once below that, and are read beside each other. */
export const checkShards = 8;
/** Of what is left behind, which is rare. */
export const staleShards = 4;

/** Of checks, and of lines of histories: the shard is the connection's. */
export const checkDue = (uid: string, dueAt: number): DueKeys => ({
  due: checkPartition(shardOf(uid, checkShards)),
  dueKey: keyOf(dueAt, uid),
});

export const checkPartition = (shard: number): string => `DUE#${shard}`;

/** Of what somebody has to clean up after, should nobody do it before: jobs without a verdict, notes on secrets. */
export const staleDue = (name: string, dueAt: number): DueKeys => ({
  due: stalePartition(shardOf(name, staleShards)),
  dueKey: keyOf(dueAt, name),
});

export const stalePartition = (shard: number): string => `STALE#${shard}`;

/** Thirteen digits are enough until the year 2286, and sort as numbers do. */
export const sortableTime = (at: number): string => String(Math.max(0, at)).padStart(13, '0');

/** When a row is due, of its `dueKey`. */
export const dueAtOf = (dueKey: string): number => Number(dueKey.slice(0, 13));

const keyOf = (dueAt: number, name: string): string => `${sortableTime(dueAt)}#${name}`;

const shardOf = (name: string, shards: number): number =>
  createHash('sha256').update(name).digest().readUInt32BE(0) % shards;
