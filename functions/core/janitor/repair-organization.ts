import type { Ports } from '../ports.ts';
import type { CleanupRun, LeftoverKind } from './cleanup-run.ts';
import type { ConnectionNames, NameReservation } from './ports.ts';

/** The ports that mending an organization's rows takes. */
export const repairOrganizationNeeds = [
  'connections.repair',
  'checks.write',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof repairOrganizationNeeds)[number]>;

/** What an earlier version of the service stored is looked at one connection a second, and not all of it at once. */
const apart = 1_000;

/**
 * Removes numbers and names that no connection of the organization has, and gives connections that an earlier version
 * of the service stored what later ones have: a next check, and to be found by their uid.
 *
 * @returns whether all of it was looked at
 */
export async function repairOrganization(organizationId: number, mending: CleanupRun, ports: Needs): Promise<boolean> {
  const rows = ports['connections.repair'];
  // In this order: of what is written in between, nothing looks like litter.
  const claims = await rows.claims(organizationId);
  const connections = await rows.names(organizationId);

  const byUid = new Map(connections.map((connection) => [connection.uid, connection]));
  const orphans = claims.filter((claim) => !holds(byUid.get(claim.uid), claim));
  const released = await mending.each(
    orphans,
    async (claim): Promise<LeftoverKind | undefined> => ((await rows.release(claim)) ? 'claims' : undefined),
  );
  if (!released) return false;

  const now = mending.now();
  const unchecked = connections
    .filter(({ hasCheck }) => !hasCheck)
    .map(({ uid }, position) => ({ place: { organizationId, uid }, dueAt: now + position * apart }));
  return mending.each(unchecked, async ({ place, dueAt }): Promise<LeftoverKind | undefined> => {
    // The check last: without it, it is found again.
    await rows.makeLocatable(place);
    const cause = { kind: 'schedule' } as const;
    return (await ports['checks.write'].bringForward(place, { dueAt, cause })) ? 'connections' : undefined;
  });
}

function holds(connection: ConnectionNames | undefined, claim: NameReservation): boolean {
  switch (claim.kind) {
    case 'id':
      return connection?.id === claim.id;
    case 'name':
      return connection?.name === claim.name;
  }
}
