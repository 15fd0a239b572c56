import type { PageOf } from '../page.ts';
import type { Ports } from '../ports.ts';
import { type CleanupContext, type CleanupRun, startCleanupRun, type Tally } from './cleanup-run.ts';
import {
  deleteJobSecrets,
  deleteOrphanedSecretsNeeds,
  type PageResult,
  retireConnectionSecrets,
} from './delete-orphaned-secrets.ts';
import { finishStaleJobs, finishStaleJobsNeeds } from './finish-stale-jobs.ts';
import { type JanitorCursor, janitorStages } from './ports.ts';
import { repairOrganization, repairOrganizationNeeds } from './repair-organization.ts';

/** The ports that the janitor takes. */
export const janitorNeeds = [
  ...finishStaleJobsNeeds,
  ...repairOrganizationNeeds,
  ...deleteOrphanedSecretsNeeds,
  'janitor.cursor',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof janitorNeeds)[number]>;

/** A run begins nothing new after as many milliseconds; its function has 30 s. */
const runTime = 20_000;
const organizationsPage = 25;
const secretsPage = 100;

/** What a run did; `finished`: it came to the end of a round. */
export type JanitorReport = Tally & { readonly finished: boolean };

/**
 * Mends what crashes, and earlier versions of the service, left behind. First what an index says is due; then, where
 * the last run stopped, a round over every organization's rows and over the vault's list of secrets.
 *
 * Every mending is conditional on the rows as they are now, so that runs that die, or meet each other, harm nothing. A
 * run that dies loses where it was, and no more: the place is written down after each page.
 */
export async function runJanitor(ports: Needs, context: CleanupContext): Promise<JanitorReport> {
  const mending = startCleanupRun(context, runTime);
  await finishStaleJobs(mending, ports);
  let place: JanitorCursor | undefined = (await ports['janitor.cursor'].read()) ?? { stage: janitorStages[0] };
  while (place !== undefined && !mending.isOver()) {
    const next: JanitorCursor | 'again' | undefined = await step(place, mending, ports);
    if (next === 'again') break;
    await ports['janitor.cursor'].write(next);
    place = next;
  }
  return { ...mending.tally(), finished: place === undefined };
}

/** Looks at a page. @returns the one after it; undefined when it was the last of the round; `again`: time was up */
async function step(
  place: JanitorCursor,
  mending: CleanupRun,
  ports: Needs,
): Promise<JanitorCursor | 'again' | undefined> {
  const looked = await mending.attempt(() => lookAt(place, mending, ports));
  if (looked && !looked.isWhole) return 'again';
  if (looked?.after !== undefined) return { stage: place.stage, after: looked.after };
  // The end of a list; or it cannot be read, and is passed over until the next round.
  const stage = janitorStages[janitorStages.indexOf(place.stage) + 1];
  return stage && { stage };
}

function lookAt({ stage, after }: JanitorCursor, mending: CleanupRun, ports: Needs): Promise<PageResult> {
  const page = (limit: number): PageOf => ({ limit, ...(after !== undefined && { after }) });
  switch (stage) {
    case 'organizations':
      return mendOrganizations(page(organizationsPage), mending, ports);
    case 'connection-secrets':
      return retireConnectionSecrets(page(secretsPage), mending, ports);
    case 'job-secrets':
      return deleteJobSecrets(page(secretsPage), mending, ports);
  }
}

/** Where time is up within a page, the next run goes on at the organization that it came to. */
async function mendOrganizations(page: PageOf, mending: CleanupRun, ports: Needs): Promise<PageResult> {
  const { items, next } = await ports['organizations.list'].list(page);
  let last: string | undefined;
  for (const { id } of items) {
    const isDone = !mending.isOver() && (await mending.attempt(() => repairOrganization(id, mending, ports)));
    if (isDone === false) return last === undefined ? { isWhole: false } : { isWhole: true, after: last };
    last = String(id);
  }
  return { isWhole: true, ...(next !== undefined && { after: next }) };
}
