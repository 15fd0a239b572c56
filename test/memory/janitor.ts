import type {
  ConnectionNames,
  FindStale,
  JanitorCursor,
  JanitorCursorStore,
  ListSecrets,
  NameReservation,
  RepairConnections,
  RetireCredential,
  Stale,
} from '../../functions/core/janitor/ports.ts';
import type { PageOf } from '../../functions/core/page.ts';
import type { MemoryCredentials } from './connection-credentials.ts';
import type { MemoryConnections } from './connections.ts';
import type { memoryJobs } from './jobs.ts';
import { pageOf } from './page.ts';
import type { MemoryVault } from './unsaved-credentials.ts';

export interface MemoryJanitor {
  readonly stale: FindStale;
  readonly mend: RepairConnections;
  readonly secrets: ListSecrets;
  readonly retire: RetireCredential;
  readonly places: JanitorCursorStore;
  /** Secrets that can be restored. */
  readonly retired: ReadonlySet<string>;
  /** Numbers that no connection has: a test may write them. */
  readonly numbers: Map<number, NameReservation & { readonly kind: 'id' }>;
}

const shards = 2;
const shardOf = (name: string) => name.charCodeAt(name.length - 1) % shards;

/** The janitor's ports over what the other ports keep in memory, held to the same suite as the table and the vault. */
export function memoryJanitor(of: {
  readonly jobs: Pick<ReturnType<typeof memoryJobs>, 'rows'>;
  readonly connections: MemoryConnections;
  readonly vault: MemoryVault;
  readonly credentials: MemoryCredentials;
}): MemoryJanitor {
  const { jobs, connections, vault, credentials } = of;
  const { rows, claims, unlocated } = connections.litter;
  const numbers = new Map<number, NameReservation & { readonly kind: 'id' }>();
  const retired = new Set<string>();
  let place: JanitorCursor | undefined;

  const own = (organizationId: number) => [...rows.values()].filter((row) => row.organizationId === organizationId);
  const page = <Item>(items: readonly Item[], asked: PageOf, nameOf: (item: Item) => string) => {
    const sorted = items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    return pageOf(sorted, asked, nameOf, (item, after) => nameOf(item) > after);
  };
  const timeAndName = (at: number, name: string) => `${String(at).padStart(13, '0')}#${name}`;
  const jobOf = (name: string) => {
    const [fingerprint = '', generation] = name.split('-');
    return { fingerprint, generation: Number(generation) };
  };

  return {
    ...{ retired, numbers },
    stale: {
      shards,
      async inShard(shard, before, asked) {
        const running = [...jobs.rows.values()].filter(({ verdict }) => !verdict);
        const stale: readonly (readonly [name: string, Stale])[] = [
          ...running.map(
            ({ fingerprint, deadlineAt: dueAt }) => [fingerprint, { kind: 'job', fingerprint, dueAt }] as const,
          ),
          ...[...connections.notes.values()].map((note) => [note.uid, { kind: 'note', ...note }] as const),
        ];
        const here = stale.filter(([name, { dueAt }]) => shardOf(name) === shard && dueAt < before);
        const { items, next } = page(here, asked, ([name, { dueAt }]) => timeAndName(dueAt, name));
        return { items: items.map(([, one]) => one), ...(next !== undefined && { next }) };
      },
    },
    mend: {
      async claims(organizationId) {
        const ids = own(organizationId).map(
          ({ uid, id }): NameReservation => ({ kind: 'id', organizationId, uid, id }),
        );
        const prefix = `${organizationId} `;
        const names = [...claims].flatMap(([claim, uid]): readonly NameReservation[] =>
          claim.startsWith(prefix) ? [{ kind: 'name', organizationId, uid, name: claim.slice(prefix.length) }] : [],
        );
        return [...names, ...ids, ...[...numbers.values()].filter((one) => one.organizationId === organizationId)];
      },
      names: async (organizationId) =>
        own(organizationId).map(
          ({ uid, id, name, check }): ConnectionNames => ({ uid, id, name, hasCheck: check !== undefined }),
        ),
      async release(claim) {
        const row = own(claim.organizationId).find(({ uid }) => uid === claim.uid);
        switch (claim.kind) {
          case 'id':
            return row?.id !== claim.id && numbers.get(claim.id)?.uid === claim.uid && numbers.delete(claim.id);
          case 'name': {
            const name = `${claim.organizationId} ${claim.name}`;
            return row?.name !== claim.name && claims.get(name) === claim.uid && claims.delete(name);
          }
        }
      },
      makeLocatable: async ({ organizationId, uid }) =>
        rows.get(uid)?.organizationId === organizationId && unlocated.delete(uid),
      async note({ organizationId, uid }) {
        const note = connections.notes.get(uid);
        return note?.organizationId === organizationId ? note : undefined;
      },
    },
    secrets: {
      ofConnections: async (asked) =>
        page(
          [...credentials.held].flatMap(([uid, { createdAt, isMarked }]) => (isMarked ? [{ uid, createdAt }] : [])),
          asked,
          ({ uid, createdAt }) => timeAndName(createdAt, uid),
        ),
      ofJobs: async (asked) =>
        page(
          [...vault.held.keys()].map((name) => ({ job: jobOf(name), createdAt: vault.createdAt.get(name) ?? 0 })),
          asked,
          ({ job, createdAt }) => timeAndName(createdAt, job.fingerprint),
        ),
    },
    async retire(uid) {
      if (!credentials.held.has(uid)) return false;
      await credentials.remove(uid);
      retired.add(uid);
      return true;
    },
    places: {
      read: async () => place,
      async write(next) {
        place = next;
      },
    },
  };
}
