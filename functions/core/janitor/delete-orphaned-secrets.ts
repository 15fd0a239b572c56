import type { Page, PageOf } from '../page.ts';
import type { Ports } from '../ports.ts';
import type { CleanupRun, LeftoverKind } from './cleanup-run.ts';
import { deletePendingSecret } from './finish-stale-jobs.ts';

/** The ports that removing secrets without an owner takes. */
export const deleteOrphanedSecretsNeeds = [
  'secrets.list',
  'jobs.write',
  'unsavedCredentials.delete',
  'connections.locate',
  'connections.write',
  'connections.repair',
  'credentials.delete',
  'credentials.retire',
  'organizations.list',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof deleteOrphanedSecretsNeeds)[number]>;

/** Younger secrets may belong to what is still at work (milliseconds): no function or execution lives as long. */
export const minOrphanAgeMs = 60 * 60_000;

const organizationsAtOnce = 10;

/** A part of a list was looked at; `after` says where to go on, absent at the end of the list. */
export type PageResult = { readonly isWhole: true; readonly after?: string } | { readonly isWhole: false };

/**
 * Most secrets that one run retires. A crash leaves a note beside its secret, so that orphans without one are rare; many
 * at once mean that connections are missing from the table, not that their credentials are too many.
 */
export const maxRetiredSecrets = 3;

/** A run found more orphaned secrets than it may retire, and retired none of them. */
export class TooManyOrphanedSecrets extends Error {
  override readonly name = 'TooManyOrphanedSecrets';
}

/**
 * Retires a page of the secrets that no connection has. A table that was restored from a backup lacks connections whose
 * credentials are all there: so they can be restored for a week, and nothing here removes one for good.
 *
 * @throws TooManyOrphanedSecrets where there are more than a few; an operator has to look at why
 */
export async function retireConnectionSecrets(page: PageOf, mending: CleanupRun, ports: Needs): Promise<PageResult> {
  const { items, next } = await ports['secrets.list'].ofConnections(page);
  const before = mending.now() - minOrphanAgeMs;
  const old = items.filter(({ createdAt }) => createdAt < before);
  let isWhole = true;
  const orphans: string[] = [];
  const wereSeen = await mending.each(old, async ({ uid }): Promise<LeftoverKind | undefined> => {
    if (await ports['connections.locate'](uid)) return undefined;
    const owned = await findOwner(uid, mending, ports);
    switch (owned) {
      case 'unknown':
        isWhole = false;
        return undefined;
      case 'nobody':
        orphans.push(uid);
        return undefined;
      case 'connections':
      case 'notes':
        return owned;
      case 'left alone':
        return undefined;
    }
  });
  if (mending.tally().secrets + orphans.length > maxRetiredSecrets) throw new TooManyOrphanedSecrets();
  await mending.each(orphans, async (uid) => ((await ports['credentials.retire'](uid)) ? 'secrets' : undefined));
  return looked(wereSeen && isWhole, next);
}

/** Removes a page of the secrets whose jobs need them no more: for good, as nobody saved them. */
export async function deleteJobSecrets(page: PageOf, mending: CleanupRun, ports: Needs): Promise<PageResult> {
  const { items, next } = await ports['secrets.list'].ofJobs(page);
  const now = mending.now();
  const old = items.filter(({ createdAt }) => createdAt < now - minOrphanAgeMs);
  const wereSeen = await mending.each(old, async ({ job: of }): Promise<LeftoverKind | undefined> => {
    const job = await ports['jobs.write'].read(of.fingerprint);
    if (job?.generation === of.generation && !job.verdict && job.deadlineAt > now) return undefined;
    await ports['unsavedCredentials.delete'](of);
    return 'secrets';
  });
  return looked(wereSeen, next);
}

const looked = (isWhole: boolean, after: string | undefined): PageResult =>
  isWhole ? { isWhole, ...(after !== undefined && { after }) } : { isWhole };

/**
 * Looks for a secret's connection, or the note on it, in every organization: one that an earlier version of the service
 * stored is not found by its uid, and its credential must not be taken for an orphan. What is found is mended.
 *
 * @returns what was mended; `unknown` when there was no time to look at all
 */
async function findOwner(
  uid: string,
  mending: CleanupRun,
  ports: Needs,
): Promise<'connections' | 'notes' | 'left alone' | 'nobody' | 'unknown'> {
  for await (const organizations of organizationIds(ports)) {
    if (mending.isOver()) return 'unknown';
    const found = await Promise.all(
      organizations.map(async (organizationId) => {
        const place = { organizationId, uid };
        if (await ports['connections.write'].byUid(organizationId, uid)) {
          return (await ports['connections.repair'].makeLocatable(place)) ? 'connections' : 'left alone';
        }
        if (!(await ports['connections.repair'].note(place))) return undefined;
        return (await deletePendingSecret(place, ports, mending.now())) ? 'notes' : 'left alone';
      }),
    );
    const owned = found.find((one) => one !== undefined);
    if (owned) return owned;
  }
  return 'nobody';
}

async function* organizationIds(ports: Pick<Ports, 'organizations.list'>): AsyncGenerator<readonly number[]> {
  let after: string | undefined;
  do {
    const asked = { limit: organizationsAtOnce, ...(after !== undefined && { after }) };
    const page: Page<{ readonly id: number }> = await ports['organizations.list'].list(asked);
    yield page.items.map(({ id }) => id);
    after = page.next;
  } while (after !== undefined);
}
