import type { ReverifyRequested } from '../events/events.ts';
import type { Ports } from '../ports.ts';
import type { OwnerEvent } from '../records/check-cause.ts';
import type { StorageEventMessage } from '../records/check-ports.ts';
import { type DispatchContext, dispatchDueChecks, dispatchDueChecksNeeds } from './dispatch-due-checks.ts';
import { expediteCheck, expediteWatchedChecks, maxConcurrent, runBatched } from './expedite-checks.ts';

/** The ports that taking notice takes. */
export const handleStorageEventNeeds = [
  ...dispatchDueChecksNeeds,
  'connections.read',
  'connections.locate',
  'connections.watched',
  'organizations.list',
  'storageEvents.send',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof handleStorageEventNeeds)[number]>;

/** What somebody tells, understood. */
export type StorageEvent =
  /** A label of a connection's secret was put on another version. */
  | { readonly kind: 'secret'; readonly uid: string; readonly version: string }
  /** Something happened at a storage. */
  | {
      readonly kind: 'owner';
      /** Whose it is, in the terms of `Watched`. */
      readonly owners: readonly string[];
      /** Absent: all buckets of the owner. */
      readonly bucket?: string;
      readonly event: OwnerEvent;
      /** Of the access key that it is about, where it is about one. */
      readonly accessKey?: string;
    }
  | { readonly kind: 'request'; readonly of: ReverifyRequested['detail'] };

/**
 * Acts on what somebody tells: moves the checks of the connections forward that it may concern. Repeated, it moves
 * nothing that is about to be checked anyway.
 */
export async function handleStorageEvent(told: StorageEvent, ports: Needs, context: DispatchContext): Promise<void> {
  switch (told.kind) {
    case 'secret':
      return takeSecret(told, ports, context.now());
    case 'owner':
      return takeOwners(told, ports, context.now());
    case 'request':
      return takeRequest(told, ports, context);
  }
}

/**
 * A secret has another current version. Where that is the one the connection names already, it was this service's own
 * doing.
 */
async function takeSecret(
  { uid, version }: Extract<StorageEvent, { readonly kind: 'secret' }>,
  ports: Needs,
  now: number,
): Promise<void> {
  const place = await ports['connections.locate'](uid);
  const connection = place && (await ports['connections.read'].byUid(place.organizationId, uid));
  if (!connection || connection.credential.version === version) return;
  const cause = { kind: 'event', event: 'secret' } as const;
  await ports['checks.write'].bringForward(place, { dueAt: now, cause, rotated: true });
}

async function takeOwners(
  { owners, bucket, event, accessKey }: Extract<StorageEvent, { readonly kind: 'owner' }>,
  ports: Needs,
  now: number,
): Promise<void> {
  const cause = { kind: 'event', event } as const;
  const only = accessKey === undefined ? undefined : { accessKey };
  for (const owner of owners) {
    await expediteWatchedChecks({ owner, ...(bucket !== undefined && { bucket }) }, cause, ports, now, only);
  }
}

async function takeRequest(
  { of }: Extract<StorageEvent, { readonly kind: 'request' }>,
  ports: Needs,
  context: DispatchContext,
): Promise<void> {
  const cause = { kind: 'request' } as const;
  const { random } = context;
  const now = context.now();
  if ('due' in of) {
    await dispatchDueChecks(ports, context);
  } else if ('connection' in of) {
    const place = await ports['connections.locate'](of.connection);
    if (place) await expediteCheck(place, cause, ports, { now, random });
  } else if ('organization' in of) {
    // Newest first: what comes after the last one is older.
    const all = await ports['connections.read'].all(of.organization);
    const left = all.filter(({ uid }) => of.after === undefined || uid < of.after);
    const some = left.slice(0, maxConcurrent);
    await runBatched(some, (connection) => ports['checks.write'].bringForward(connection, { dueAt: now, cause }));
    const last = some.at(-1);
    if (last && left.length > some.length) await ports['storageEvents.send']([asked({ ...of, after: last.uid })]);
  } else {
    const page = await ports['organizations.list'].list({ limit: 100, ...(of.after && { after: of.after }) });
    await ports['storageEvents.send']([
      ...page.items.map(({ id }) => asked({ organization: id })),
      ...(page.next === undefined ? [] : [asked({ all: true, after: page.next })]),
    ]);
  }
}

const asked = (detail: StorageEventMessage['detail']): StorageEventMessage => ({
  source: 'storage-connections',
  'detail-type': 'ReverifyRequested',
  detail,
});
