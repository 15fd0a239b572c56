import { removeSecret } from '../connections/secret-cleanup.ts';
import { finishJob, finishJobNeeds } from '../jobs/finish-job.ts';
import type { Ports } from '../ports.ts';
import type { ConnectionLocation } from '../records/connection-ports.ts';
import { jobTimes } from '../records/timeouts.ts';
import type { CleanupRun, LeftoverKind } from './cleanup-run.ts';
import type { Stale } from './ports.ts';

/** The ports that mending what is stale takes. */
export const finishStaleJobsNeeds = [
  ...finishJobNeeds,
  'stale.find',
  'connections.write',
  'connections.repair',
  'credentials.delete',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof finishStaleJobsNeeds)[number]>;

/** How long a note is left to its organization's own writes after its time (milliseconds). */
export const pendingSecretGraceMs = 10 * 60_000;

const pageSize = 100;

/** Ends jobs whose execution died without a word, and works off the notes on secrets that nobody came back to. */
export async function finishStaleJobs(mending: CleanupRun, ports: Needs): Promise<void> {
  for (let shard = 0; shard < ports['stale.find'].shards; shard++) {
    await mending.attempt(() => mendShard(shard, mending, ports));
  }
}

async function mendShard(shard: number, mending: CleanupRun, ports: Needs): Promise<boolean> {
  const before = mending.now() - jobTimes.lease;
  let after: string | undefined;
  do {
    if (mending.isOver()) return false;
    const page = { limit: pageSize, ...(after !== undefined && { after }) };
    const { items, next } = await ports['stale.find'].inShard(shard, before, page);
    if (!(await mending.each(items, (stale) => mendOne(stale, ports, mending.now())))) return false;
    after = next;
  } while (after !== undefined);
  return true;
}

async function mendOne(stale: Stale, ports: Needs, now: number): Promise<LeftoverKind | undefined> {
  switch (stale.kind) {
    case 'job': {
      const job = await ports['jobs.write'].read(stale.fingerprint);
      // A loop that is heard of so late finds its job settled, and ends.
      if (!job || job.verdict || job.deadlineAt + jobTimes.lease >= now) return undefined;
      await finishJob(job, ports, now);
      return 'jobs';
    }
    case 'note':
      return (await deletePendingSecret(stale, ports, now)) ? 'notes' : undefined;
  }
}

/**
 * Works off a note whose time is long due. One whose connection is there, which no write leaves behind, says nothing
 * about the secret: only the note goes.
 *
 * @returns whether it was there, and due
 */
export async function deletePendingSecret(
  of: ConnectionLocation,
  ports: Pick<Ports, 'connections.write' | 'connections.repair' | 'credentials.delete'>,
  now: number,
): Promise<boolean> {
  const note = await ports['connections.repair'].note(of);
  if (!note || note.dueAt + pendingSecretGraceMs >= now) return false;
  const connection = await ports['connections.write'].byUid(of.organizationId, of.uid);
  if (connection) await ports['connections.write'].forgetSecret(note);
  else await removeSecret(note, ports);
  return true;
}
