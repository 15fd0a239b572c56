import type { Ports } from '../ports.ts';

/** The ports that changing the flag takes: whoever may change nothing else needs no more. */
export const setSynchronizeNeeds = ['connections.write'] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof setSynchronizeNeeds)[number]>;

/** How often it looks again when somebody else was changing the connection. */
const looks = 3;

/**
 * Says whether a connection's dataset is to be followed. The flag hangs on nothing else, so a change that somebody else
 * made meanwhile is kept and the flag is put beside it; storage and secret are not touched and nothing is verified.
 *
 * @param now epoch milliseconds
 */
export async function setSynchronize(
  organizationId: number,
  uid: string,
  synchronize: boolean,
  ports: Needs,
  now: number,
): Promise<'changed' | 'not-found' | 'conflict'> {
  const connections = ports['connections.write'];
  for (let look = 0; look < looks; look++) {
    const seen = await connections.byUid(organizationId, uid);
    if (!seen) return 'not-found';
    if (seen.synchronize === synchronize) return 'changed';
    const changed = { ...seen, synchronize, updatedAt: now, version: seen.version + 1 };
    if ((await connections.update(changed, seen)) === 'updated') return 'changed';
  }
  return 'conflict';
}
