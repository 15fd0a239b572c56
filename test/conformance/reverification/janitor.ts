import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type {
  CreateCredential,
  MarkCredential,
  ReadCredential,
} from '../../../functions/core/connections/credential-ports.ts';
import type {
  FindStale,
  JanitorCursor,
  JanitorCursorStore,
  ListSecrets,
  NameReservation,
  RepairConnections,
  RetireCredential,
  Stale,
} from '../../../functions/core/janitor/ports.ts';
import type { CreateUnsavedCredential, Jobs } from '../../../functions/core/jobs/ports.ts';
import type { Page, PageOf } from '../../../functions/core/page.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { LocateConnection, WriteConnections } from '../../../functions/core/records/connection-ports.ts';
import { nextJob } from '../../../functions/core/records/job.ts';
import { toInterrupted } from '../../../functions/core/records/verdict.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import { newConnection, now, organization } from '../connections/connection-scene.ts';

export interface JanitorScene {
  readonly stale: FindStale;
  readonly mend: RepairConnections;
  readonly secrets: ListSecrets;
  readonly retire: RetireCredential;
  readonly places: JanitorCursorStore;
  /** What leaves litter. */
  readonly jobs: Jobs;
  readonly write: WriteConnections;
  readonly locate: LocateConnection;
  readonly create: CreateCredential;
  readonly read: ReadCredential;
  readonly createUnsaved: CreateUnsavedCredential;
  /** Creates a secret as another deployment of the stage did, which had a table of its own. */
  readonly createForeign: (uid: string, credential: Credential) => Promise<void>;
  readonly mark: MarkCredential;
  /** Puts there what no version of the service writes. */
  readonly plantClaim: (claim: NameReservation) => Promise<void>;
  /** Puts a connection there as an earlier version of the service did. */
  readonly plantOld: (connection: Connection) => Promise<void>;
}

/** Everything of a list, in pages so small that there are several. */
async function everything<Item>(read: (page: PageOf) => Promise<Page<Item>>, limit = 3): Promise<readonly Item[]> {
  const found: Item[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await read({ limit, ...(after !== undefined && { after }) });
    expect(items.length).toBeLessThanOrEqual(limit);
    found.push(...items);
    after = next;
  } while (after !== undefined);
  return found;
}

/** What every implementation of the janitor's ports does. Each test uses an organization of its own. */
export function janitorConformance(name: string, open: () => Promise<JanitorScene>): void {
  const pair = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' } as const;
  const target = { provider: 's3', endpoint: 'https://s3.example.com', prefix: '' } as const;
  const newFingerprint = () => randomBytes(32).toString('hex');
  const staleBefore = async ({ stale }: JanitorScene, before: number): Promise<readonly Stale[]> => {
    const shards = Array.from({ length: stale.shards }, (_, shard) => shard);
    return (
      await Promise.all(shards.map((shard) => everything((page) => stale.inShard(shard, before, page), 1)))
    ).flat();
  };

  describe(`the janitor: ${name}`, () => {
    test('a job without a verdict is stale after its deadline, which moves; one with a verdict never is', async () => {
      const scene = await open();
      const organizationId = organization();
      const started = Array.from({ length: 8 }, () =>
        nextJob({ fingerprint: newFingerprint(), organizationId, target }, undefined, now),
      );
      for (const job of started) await scene.jobs.begin(job, undefined);
      const [settled, extended, ...left] = started;
      if (!settled || !extended) throw new Error('There are no jobs.');
      await scene.jobs.settle(settled, toInterrupted(), now);
      const later = extended.deadlineAt + 5_000;
      await scene.jobs.extend(extended, later);
      const own = async (before: number) => {
        const fingerprints = new Set(started.map(({ fingerprint }) => fingerprint));
        const found = await staleBefore(scene, before);
        return found.flatMap((one) => (one.kind === 'job' && fingerprints.has(one.fingerprint) ? [one] : []));
      };
      expect(await own(extended.deadlineAt)).toEqual([]);
      const names = (found: readonly { readonly fingerprint: string }[]) => found.map((one) => one.fingerprint).sort();
      expect(names(await own(extended.deadlineAt + 1))).toEqual(names(left));
      const all = await own(later + 1);
      expect(names(all)).toEqual(names([extended, ...left]));
      expect(all).toContainEqual({ kind: 'job', fingerprint: extended.fingerprint, dueAt: later });
    });

    test('a note is stale after its time, is read, and is neither once it is gone', async () => {
      const scene = await open();
      const notes = Array.from({ length: 5 }, (_, at) => ({
        ...{ organizationId: organization(), uid: randomUUID(), dueAt: now + at },
      }));
      for (const note of notes) await scene.write.expectSecret(note);
      const uids = new Set<string>(notes.map(({ uid }) => uid));
      const own = async (before: number) =>
        (await staleBefore(scene, before)).filter((one) => one.kind === 'note' && uids.has(one.uid));
      const [first, ...later] = notes;
      if (!first) throw new Error('There are no notes.');
      expect(await own(now + 1)).toEqual([{ kind: 'note', ...first }]);
      expect(await scene.mend.note(first)).toEqual(first);
      expect(await scene.mend.note({ ...first, organizationId: first.organizationId + 1 })).toBeUndefined();
      await scene.write.forgetSecret(first);
      expect(await scene.mend.note(first)).toBeUndefined();
      expect(await own(now + 9)).toHaveLength(later.length);
    });

    test('names and numbers are listed, and removed where no connection has them', async () => {
      const scene = await open();
      const organizationId = organization();
      const connection = newConnection(organizationId, 1, { name: 'a # name' });
      await scene.write.create(connection, 'unique');
      const { uid, id, name: own } = connection;
      const held: readonly NameReservation[] = [
        { kind: 'name', organizationId, uid, name: own },
        { kind: 'id', organizationId, uid, id },
      ];
      const orphans: readonly NameReservation[] = [
        { kind: 'name', organizationId, uid, name: 'before' },
        { kind: 'name', organizationId, uid: randomUUID(), name: 'gone' },
        { kind: 'id', organizationId, uid: randomUUID(), id: 9 },
      ];
      for (const claim of orphans) await scene.plantClaim(claim);
      const listed = await scene.mend.claims(organizationId);
      expect(new Set(listed)).toEqual(new Set([...held, ...orphans]));
      expect(listed).toHaveLength(held.length + orphans.length);
      expect(await scene.mend.claims(organization())).toEqual([]);
      for (const claim of held) expect(await scene.mend.release(claim)).toBe(false);
      for (const claim of orphans) {
        expect(await scene.mend.release({ ...claim, uid: randomUUID() })).toBe(false);
        expect(await scene.mend.release(claim)).toBe(true);
        expect(await scene.mend.release(claim)).toBe(false);
      }
      expect(new Set(await scene.mend.claims(organizationId))).toEqual(new Set(held));
      expect(await scene.write.byId(organizationId, id)).toEqual(connection);
      expect(await scene.write.create(newConnection(organizationId, 2, { name: 'gone' }), 'unique')).toBe('created');
    });

    test('a connection of an earlier version has no check, and is made to be found by its uid, once', async () => {
      const { mend, write, locate, plantOld } = await open();
      const organizationId = organization();
      const old = newConnection(organizationId, 1);
      const checked = newConnection(organizationId, 2, { check: { dueAt: now, failures: 0 } });
      await plantOld(old);
      await write.create(checked, 'unique');
      const names = await mend.names(organizationId);
      expect(new Set(names)).toEqual(
        new Set([
          { uid: old.uid, id: 1, name: old.name, hasCheck: false },
          { uid: checked.uid, id: 2, name: checked.name, hasCheck: true },
        ]),
      );
      const place = { organizationId, uid: old.uid };
      expect(await locate(old.uid)).toBeUndefined();
      expect(await mend.makeLocatable({ ...place, organizationId: organizationId + 1 })).toBe(false);
      expect(await mend.makeLocatable(place)).toBe(true);
      expect(await locate(old.uid)).toEqual(place);
      expect(await mend.makeLocatable(place)).toBe(false);
      expect(await mend.makeLocatable({ organizationId, uid: randomUUID() })).toBe(false);
      expect(await write.remove(old, { ...place, dueAt: now })).toBe(true);
      expect(await mend.makeLocatable(place)).toBe(false);
      expect(await locate(old.uid)).toBeUndefined();
    });

    test('secrets are listed apart, page by page, with when they were made; a retired one is not', async () => {
      const { secrets, create, read, createUnsaved, retire } = await open();
      const begun = Date.now() - 1_000;
      const uids: readonly string[] = Array.from({ length: 7 }, () => randomUUID());
      const jobs = Array.from({ length: 4 }, (_, at) => ({ fingerprint: newFingerprint(), generation: now + at }));
      const versions = await Promise.all(uids.map((uid) => create(uid, pair)));
      for (const job of jobs) await createUnsaved(job, pair);
      const ownUids = async () =>
        (await everything((page) => secrets.ofConnections(page))).filter(({ uid }) => uids.includes(uid));
      const listed = await ownUids();
      expect(listed.map(({ uid }) => uid).sort()).toEqual([...uids].sort());
      for (const { createdAt } of listed) expect(createdAt).toBeGreaterThan(begun);
      const listedJobs = (await everything((page) => secrets.ofJobs(page))).map(({ job }) => job);
      for (const job of jobs) expect(listedJobs.filter((one) => one.fingerprint === job.fingerprint)).toEqual([job]);

      const [gone = '', ...left] = uids;
      expect(await retire(gone)).toBe(true);
      expect(await retire(gone)).toBe(false);
      expect(await retire(randomUUID())).toBe(false);
      expect((await ownUids()).map(({ uid }) => uid).sort()).toEqual([...left].sort());
      expect(await read(gone, versions[0] ?? '')).toBeUndefined();
    });

    test('a secret of another deployment is not listed until it is marked as one of this table', async () => {
      const { secrets, createForeign, mark, retire } = await open();
      const uid = randomUUID();
      await createForeign(uid, pair);
      const isListed = async () =>
        (await everything((page) => secrets.ofConnections(page))).some((listed) => listed.uid === uid);
      expect(await isListed()).toBe(false);
      await mark(uid);
      expect(await isListed()).toBe(true);
      await mark(uid);
      expect(await retire(uid)).toBe(true);
      await mark(uid);
      await mark(randomUUID());
      expect(await isListed()).toBe(false);
    });

    test('where it goes on is remembered until it begins anew', async () => {
      const { places } = await open();
      const written: readonly JanitorCursor[] = [
        { stage: 'organizations', after: '12' },
        { stage: 'connection-secrets' },
        { stage: 'job-secrets', after: 'token' },
      ];
      for (const place of written) {
        await places.write(place);
        expect(await places.read()).toEqual(place);
      }
      await places.write(undefined);
      expect(await places.read()).toBeUndefined();
      await places.write(undefined);
    });
  });
}
