import type { Page, PageOf } from '../page.ts';
import type { Ports } from '../ports.ts';
import type { Cause } from '../records/check-cause.ts';
import type { ConnectionLocation } from '../records/connection-ports.ts';
import { checkTimes } from '../records/timeouts.ts';
import { newUid } from '../uid.ts';
import type { EventSource } from './event-source.ts';

/** Rows written at a time. */
const atOnce = 20;
/** Connections looked at in one go; who has more goes on in another message. */
export const maxConcurrent = 2_000;
const pageSize = 200;

/**
 * Has all connections looked at that events of an owner may be about, once the burst of events is over.
 *
 * @param only of these the ones that have this access key
 * @param now epoch milliseconds
 * @returns how many checks were moved
 */
export async function expediteWatchedChecks(
  watched: { readonly owner: EventSource['owner']; readonly bucket?: string },
  cause: Cause,
  ports: Pick<Ports, 'connections.watched' | 'checks.write'>,
  now: number,
  only?: { readonly accessKey: string },
): Promise<number> {
  const to = { dueAt: now + checkTimes.debounce, cause };
  let moved = 0;
  for await (const places of pagesOf((page) => ports['connections.watched'](watched, page))) {
    moved += await runBatched(places, (place) => ports['checks.write'].bringForward(place, to, only));
  }
  return moved;
}

/** Runs a conditional write on each. @returns how many took place */
export async function runBatched<T>(items: readonly T[], write: (item: T) => Promise<boolean>): Promise<number> {
  let done = 0;
  for (let first = 0; first < items.length; first += atOnce) {
    const written = await Promise.all(items.slice(first, first + atOnce).map(write));
    done += written.filter(Boolean).length;
  }
  return done;
}

async function* pagesOf(
  read: (page: PageOf) => Promise<Page<ConnectionLocation>>,
): AsyncGenerator<readonly ConnectionLocation[]> {
  let after: string | undefined;
  let looked = 0;
  do {
    const { items, next } = await read({ limit: pageSize, ...(after !== undefined && { after }) });
    yield items;
    looked += items.length;
    after = next;
    // An account with more connections than an organization may have: the schedule finds the rest.
  } while (after !== undefined && looked < 10_000);
}

/** Has one connection looked at now, without waiting for the sweep. False: it is not there, or about to be anyway. */
export async function expediteCheck(
  place: ConnectionLocation,
  cause: Cause,
  ports: Pick<Ports, 'checks.write' | 'checks.send'>,
  { now, random }: { readonly now: number; readonly random: () => number },
): Promise<boolean> {
  if (!(await ports['checks.write'].bringForward(place, { dueAt: now, cause }))) return false;
  const claim = newUid(now, random);
  if (!(await ports['checks.write'].claim(place, now, claim, now + checkTimes.lease))) return false;
  await ports['checks.send']([{ kind: 'check', ...place, claim }]);
  return true;
}
