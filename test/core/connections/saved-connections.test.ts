import { describe, expect, test } from 'vitest';
import { addConnection, type NewConnection } from '../../../functions/core/connections/add-connection.ts';
import { type ConnectionSelector, findConnection } from '../../../functions/core/connections/find-connection.ts';
import { removeConnection } from '../../../functions/core/connections/remove-connection.ts';
import { pendingSecretTtlMs } from '../../../functions/core/connections/secret-cleanup.ts';
import { type ConnectionChanges, updateConnection } from '../../../functions/core/connections/update-connection.ts';
import { verifyConnection } from '../../../functions/core/connections/verify-connection.ts';
import { type Diagnosis, diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { type Ports, Throttled } from '../../../functions/core/ports.ts';
import type { Connection, SavedTarget } from '../../../functions/core/records/connection.ts';
import { effectiveVerification } from '../../../functions/core/records/effective-status.ts';
import { recordVerdict } from '../../../functions/core/records/record-verdict.ts';
import { checkTimes, jobTimes } from '../../../functions/core/records/timeouts.ts';
import { toFailureUnasked } from '../../../functions/core/records/verdict.ts';
import { checkConnection } from '../../../functions/core/reverification/check-connection.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { memoryService } from '../../memory/service.ts';
import { Died, mortal } from '../mortal.ts';

const organizationId = 7;
const s3 = {
  provider: 's3',
  endpoint: 'https://s3.example.com',
  region: 'eu-west-1',
  bucket: 'box',
  prefix: '',
} as const;
const azure = { provider: 'azure', endpoint: 'https://acct.blob.core.windows.net', bucket: 'box', prefix: '' } as const;
const pair: Credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' };
const accountKey: Credential = { kind: 'account-key', account: 'acct', key: 'a2V5' };

type Death = Parameters<typeof mortal>[1];

function service(wrong: () => Diagnosis | undefined = () => undefined, openRoles: readonly string[] = []) {
  const memory = memoryService({ objects: [{ key: 'a.csv', size: 1 }], wrong, openRoles });
  const { ports: alive, context, connections } = memory;
  return {
    ...memory,
    add: (target: SavedTarget = s3, ports = alive, more: Partial<NewConnection> = {}) =>
      addConnection(
        {
          ...{ organizationId, target, ask: 'first', revealable: false },
          credential: target.provider === 's3' ? pair : accountKey,
          ...more,
        },
        ports,
        context(),
      ),
    update: (id: number, changes: ConnectionChanges, ports = alive) =>
      updateConnection(organizationId, { id }, changes, 'at-once', ports, context()),
    remove: async (id: number, ports = alive) =>
      (await removeConnection(organizationId, { id }, ports, memory.now())).result,
    verify: (id: number, at: Partial<StorageTarget> = {}, ports = alive) =>
      verifyConnection(
        organizationId,
        { id },
        ({ target }) => ({ ...target, bucket: target.bucket ?? '', ...at }),
        ports,
        context(),
      ),
    get: (id: number) => connections.write.byId(organizationId, id),
  };
}

/** The ports of a process that dies at its nth writing call, before or after the call takes effect. */
function dying(ports: Ports, { at, when }: Death): { readonly ports: Ports; readonly calls: () => number } {
  let calls = 0;
  const guard =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const own = ++calls;
      if (own > at || (own === at && when === 'before')) throw new Died();
      const result = await call(...args);
      if (own === at) throw new Died();
      return result;
    };
  const { create, update, remove, expectSecret, forgetSecret, nextId } = ports['connections.write'];
  return {
    calls: () => calls,
    ports: {
      ...ports,
      'connections.write': {
        ...ports['connections.write'],
        nextId: guard(nextId),
        create: guard(create),
        update: guard(update),
        remove: guard(remove),
        expectSecret: guard(expectSecret),
        forgetSecret: guard(forgetSecret),
      },
      'credentials.create': guard(ports['credentials.create']),
      'credentials.rotate': {
        add: guard(ports['credentials.rotate'].add),
        confirm: guard(ports['credentials.rotate'].confirm),
      },
      'credentials.delete': guard(ports['credentials.delete']),
      'verdicts.write': { ...ports['verdicts.write'], put: guard(ports['verdicts.write'].put) },
      'jobs.write': { ...ports['jobs.write'], begin: guard(ports['jobs.write'].begin) },
      'loop.start': guard(ports['loop.start']),
    },
  };
}

const added = async (made: ReturnType<ReturnType<typeof service>['add']>): Promise<Connection> => {
  const result = await made;
  if (result.result !== 'added') throw new Error(`It is ${result.result}.`);
  return result.connection;
};

describe('adding', () => {
  test('asks the storage once, stores connection and secret, and names it after its bucket', async () => {
    const { add, get, credentials, storage, connections } = service();
    const connection = await added(add());
    expect(storage.lists()).toBe(1);
    expect(await get(connection.id)).toEqual(connection);
    expect(connection).toMatchObject({ id: 1, name: 'box', verification: { status: 'connected' }, version: 1 });
    expect(await credentials.read(connection.uid, connection.credential.version)).toEqual(pair);
    expect(connections.notes.size).toBe(0);
    expect((await added(add())).name).toBe('box-2');
  });

  test('stores nothing of what the storage refuses', async () => {
    const wrong = diagnose('secret-key-wrong');
    const { add, connections, credentials } = service(() => wrong);
    expect(await add()).toEqual({ result: 'refused', diagnosis: wrong });
    expect([connections.rows.size, connections.notes.size, credentials.held.size]).toEqual([0, 0, 0]);
  });

  test('a storage that takes its time is stored as connecting, and the loop decides', async () => {
    const { add, get, loop, credentials, pass } = service();
    const { id } = await added(add(azure));
    expect((await get(id))?.verification.status).toBe('connecting');
    pass(300);
    await loop();
    expect((await get(id))?.verification.status).toBe('connected');
    expect(credentials.held.size).toBe(1);
  });

  test('a loop that says nothing more is an interruption to every reader', async () => {
    const { add, get, pass, now } = service();
    const { id } = await added(add(azure));
    pass(jobTimes.execution + jobTimes.lease);
    const connection = await get(id);
    expect(connection && effectiveVerification(connection, now() - 1).status).toBe('connecting');
    expect(connection && effectiveVerification(connection, now())).toMatchObject({
      status: 'error',
      diagnosis: { code: 'interrupted' },
    });
  });
});

describe('adding what another API sends', () => {
  const account: SavedTarget = { provider: 's3', endpoint: 'https://s3.example.com', prefix: '' };

  test('keeps it, under the name that was sent, which others may have too', async () => {
    const { add, get } = service();
    const more = {
      name: { text: 'My bucket', unique: false },
      synchronize: true,
      options: 'ro',
      cloudFront: { domain: 'd' },
    };
    const first = await added(add(s3, undefined, more));
    const second = await added(add(s3, undefined, more));
    expect(await get(second.id)).toEqual(second);
    expect(second).toMatchObject({ name: 'My bucket', synchronize: true, options: 'ro', cloudFront: { domain: 'd' } });
    expect(first.id).not.toBe(second.id);
  });

  test('a name that has to be unique is refused when any other has it, before the storage is asked', async () => {
    const { add, storage, credentials, connections } = service();
    await added(add(s3, undefined, { name: { text: 'one', unique: false } }));
    await added(add(s3, undefined, { name: { text: 'one', unique: false } }));
    const lists = storage.lists();
    expect(await add(s3, undefined, { name: { text: 'one', unique: true } })).toEqual({ result: 'name-taken' });
    expect([storage.lists(), credentials.held.size, connections.notes.size]).toEqual([lists, 2, 0]);
  });

  test('of two that want one unique name at once, one gets it, and the secret of the other goes', async () => {
    const { add, credentials, connections } = service();
    const name = { text: 'one', unique: true };
    const results = await Promise.all([add(s3, undefined, { name }), add(s3, undefined, { name })]);
    expect(results.map(({ result }) => result).toSorted()).toEqual(['added', 'name-taken']);
    expect([credentials.held.size, connections.rows.size, connections.notes.size]).toEqual([1, 1, 0]);
  });

  test('later: stored at once, whatever the storage would say, and the loop decides', async () => {
    const wrong = diagnose('secret-key-wrong');
    const { add, get, loop, storage } = service(() => wrong);
    const { id } = await added(add(s3, undefined, { ask: 'later' }));
    expect(storage.lists()).toBe(0);
    expect((await get(id))?.verification.status).toBe('connecting');
    await loop();
    expect((await get(id))?.verification).toMatchObject({ status: 'error', diagnosis: wrong });
  });

  test('an account has no bucket to be named after, and none to be asked', async () => {
    const { add, storage } = service();
    expect(await added(add(account, undefined, { ask: 'later' }))).toMatchObject({ name: 'account', target: account });
    expect(storage.lists()).toBe(0);
  });

  test('a dataset is looked for when it is asked for, and decides nothing', async () => {
    const { add } = service();
    expect((await added(add(s3, undefined, { dataset: true }))).dataset).toMatchObject({ complete: false });
    expect((await added(add())).dataset).toBeUndefined();
  });

  test('is found by number, by uid, and by name, of which the oldest counts', async () => {
    const { add, connections } = service();
    const name = { text: 'twice', unique: false };
    const [first, second] = [await added(add(s3, undefined, { name })), await added(add(s3, undefined, { name }))];
    const find = (which: ConnectionSelector, organization = organizationId) =>
      findConnection(connections.write, organization, which);
    expect(await find({ id: second.id })).toEqual(second);
    expect(await find({ uid: second.uid })).toEqual(second);
    expect(await find({ name: 'twice' })).toEqual(first);
    for (const which of [{ id: first.id }, { uid: first.uid }, { name: 'twice' }]) {
      expect(await find(which, organizationId + 1)).toBeUndefined();
    }
    expect(await find({ name: 'never' })).toBeUndefined();
  });
});

describe('changing', () => {
  test('what is no matter of the storage asks nobody and takes from no limit', async () => {
    const { add, update, get, storage } = service();
    const { id, verification } = await added(add(s3, undefined, { options: 'ro' }));
    const lists = storage.lists();
    await update(id, { name: 'renamed', options: '' });
    const after = await get(id);
    expect(after).toMatchObject({ name: 'renamed', verification, version: 2 });
    expect(after?.options).toBeUndefined();
    expect(storage.lists()).toBe(lists);
  });

  test('a name that another has is taken, and nothing changes', async () => {
    const { add, update, get } = service();
    await added(add(s3, undefined, { name: { text: 'one', unique: false } }));
    const { id } = await added(add());
    expect(await update(id, { name: 'one', prefix: 'x' })).toEqual({ result: 'name-taken' });
    expect((await get(id))?.version).toBe(1);
  });

  test('a new proxy wants the secret again; the user of one that stays is kept with it', async () => {
    const { add, update, get, credentials } = service();
    const { id, uid } = await added(add());
    const proxy = 'http://proxy.example:3128';
    expect(await update(id, { proxy })).toEqual({ result: 'secret-required' });
    await update(id, { proxy, proxyUser: 'ann:word', secretKey: 'again' });
    expect(await update(id, { proxyUser: 'eve:word' })).toEqual({ result: 'secret-required' });
    await update(id, { proxy, secretKey: 'third' });
    const after = await get(id);
    expect(JSON.stringify(after)).not.toContain('word');
    expect(await credentials.read(uid, after?.credential.version ?? '')).toMatchObject({
      secretKey: 'third',
      proxyUser: 'ann:word',
    });
    await update(id, { proxy: '', secretKey: 'fourth' });
    const bare = await get(id);
    expect(bare?.target.proxy).toBeUndefined();
    expect(await credentials.read(uid, bare?.credential.version ?? '')).not.toHaveProperty('proxyUser');
  });

  test('changes the fields that were sent, and verifies what comes out', async () => {
    const { add, update, get, storage } = service();
    const before = await added(add());
    expect(await update(before.id, { prefix: 'data/' })).toMatchObject({ result: 'updated' });
    expect(await get(before.id)).toMatchObject({ target: { ...s3, prefix: 'data/' }, version: 2, name: 'box' });
    expect((await get(before.id))?.credential).toEqual(before.credential);
    expect(storage.lists()).toBe(2);
  });

  test.each<ConnectionChanges>([
    { bucket: 'other' },
    { secretKey: 'wrong' },
    { accessKey: 'other', secretKey: 'wrong' },
  ])('asks the storage first: what it refuses (%j) changes neither the connection nor its secret', async (changes) => {
    let wrong: Diagnosis | undefined;
    const { add, update, get, credentials } = service(() => wrong);
    const before = await added(add());
    wrong = diagnose('secret-key-wrong');
    const versions = () => [...(credentials.held.get(before.uid)?.versions.keys() ?? [])];
    const held = versions();
    expect(await update(before.id, changes)).toEqual({ result: 'refused', diagnosis: wrong });
    expect(await get(before.id)).toEqual(before);
    expect(versions()).toEqual(held);
    expect(credentials.held.get(before.uid)?.current).toBe(before.credential.version);
  });

  test('takes a new secret under a new version, which becomes the current one', async () => {
    const { add, update, get, credentials } = service();
    const before = await added(add());
    await update(before.id, { accessKey: 'other', secretKey: 'new' });
    const after = await get(before.id);
    expect(after?.credential).toMatchObject({ accessKey: 'other' });
    expect(after?.credential.version).not.toBe(before.credential.version);
    expect(await credentials.read(before.uid, after?.credential.version ?? '')).toMatchObject({ secretKey: 'new' });
    expect(credentials.held.get(before.uid)?.current).toBe(after?.credential.version);
  });

  test.each<ConnectionChanges>([{ endpoint: 'https://evil.example' }, { accessKey: 'other' }])(
    'never uses the stored secret where it was not stored for: %j',
    async (changes) => {
      const { add, update, get, storage } = service();
      const before = await added(add());
      expect(await update(before.id, changes)).toEqual({ result: 'secret-required' });
      expect(await get(before.id)).toEqual(before);
      expect(storage.lists()).toBe(1);
      expect(await update(before.id, { ...changes, secretKey: 'again' })).toMatchObject({ result: 'updated' });
    },
  );

  test('tells all faults, and changes nothing then', async () => {
    const { add, update, get } = service();
    const before = await added(add());
    expect(await update(before.id, { bucket: 'a/b', prefix: '\u0000' })).toMatchObject({
      result: 'invalid',
      faults: [{ field: 'bucket' }, { field: 'prefix' }],
    });
    expect(await get(before.id)).toEqual(before);
  });

  test('of two at once one wins and the other is told; the winner’s secret is current', async () => {
    const { add, update, get, credentials } = service();
    const { id, uid } = await added(add());
    const results = await Promise.all([update(id, { secretKey: 'one' }), update(id, { secretKey: 'two' })]);
    expect(results.map(({ result }) => result).sort()).toEqual(['conflict', 'updated']);
    const winner = results[0]?.result === 'updated' ? 'one' : 'two';
    const version = (await get(id))?.credential.version ?? '';
    expect(await credentials.read(uid, version)).toMatchObject({ secretKey: winner });
    expect(credentials.held.get(uid)?.current).toBe(version);
  });

  test('finds nothing of another organization, or of a connection that is gone', async () => {
    const { add, update, remove } = service();
    const { id } = await added(add());
    await remove(id);
    expect(await update(id, { prefix: 'x' })).toEqual({ result: 'not-found' });
    expect(await update(99, { prefix: 'x' })).toEqual({ result: 'not-found' });
  });
});

describe('verifying with a stored secret', () => {
  test('works at another bucket of the same endpoint, and records only what was found of its own place', async () => {
    let wrong: Diagnosis | undefined;
    const { add, verify, get } = service(() => wrong);
    const { id } = await added(add());
    wrong = diagnose('bucket-not-found');
    expect(await verify(id, { bucket: 'other' })).toMatchObject({ result: 'told', progress: { status: 'error' } });
    expect((await get(id))?.verification.status).toBe('connected');
    await verify(id);
    expect((await get(id))?.verification.status).toBe('error');
  });

  test('says since when the connection has had its status, not when it was asked', async () => {
    let wrong: Diagnosis | undefined;
    const { add, verify, pass, now } = service(() => wrong);
    const { id, createdAt } = await added(add());
    pass(60_000);
    expect(await verify(id)).toMatchObject({ progress: { status: 'connected', since: createdAt } });
    wrong = diagnose('bucket-not-found');
    pass(60_000);
    const failed = now();
    expect(await verify(id)).toMatchObject({ progress: { status: 'error', since: failed } });
    pass(60_000);
    expect(await verify(id)).toMatchObject({ progress: { status: 'error', since: failed } });
  });

  test.each<readonly [string, Ports['verdicts.write']['put']]>([
    ['loses to other writers every time', async () => false],
    ['is throttled', () => Promise.reject(new Throttled('writes to one item'))],
  ])('gives its verdict also where recording it %s, and reports that', async (_, put) => {
    const { add, verify, get, reported, ports, pass } = service();
    const before = await added(add());
    pass(1000);
    const busy = { ...ports, 'verdicts.write': { ...ports['verdicts.write'], put } };
    expect(await verify(before.id, {}, busy)).toMatchObject({ progress: { status: 'connected' } });
    expect(reported).toHaveLength(1);
    expect(await get(before.id)).toEqual(before);
  });

  test('60 at once all have their verdict, and the newest observation is what is stored', async () => {
    const { add, verify, get, reported, pass, now } = service();
    const { id } = await added(add());
    pass(1000);
    const told = await Promise.all(Array.from({ length: 60 }, () => verify(id)));
    for (const one of told) expect(one).toMatchObject({ progress: { status: 'connected' } });
    expect(reported).toEqual([]);
    expect((await get(id))?.verification).toMatchObject({ status: 'connected', verifiedAt: now() });
  });

  test('records a verdict as of when it was found, however often it is told', async () => {
    const { add, verify, get, loop, pass, now } = service();
    const { id } = await added(add(azure));
    await loop();
    const first = now();
    pass(1000);
    expect(await verify(id)).toMatchObject({ progress: { status: 'connecting' } });
    const found = now();
    await loop();
    pass(60_000);
    expect(await verify(id)).toMatchObject({ progress: { status: 'connected', since: first } });
    expect((await get(id))?.verification).toMatchObject({ status: 'connected', verifiedAt: found });
  });

  test('does not put a verdict that is served for a while in the place of a newer one', async () => {
    const { add, verify, get, loop, pass, now, ports, history } = service();
    const { id, uid, target, credential } = await added(add(azure));
    await loop();
    await verify(id);
    await loop();
    pass(1_000);
    const newer = { organizationId, uid, target, credentialVersion: credential.version, at: now() };
    const outcome = toFailureUnasked(diagnose('list-denied'));
    await recordVerdict({ ...newer, cause: { kind: 'schedule' } }, outcome, ports);
    const [seen, lines] = [await get(id), history.lines.size];
    expect(await verify(id)).toMatchObject({ progress: { status: 'connected' } });
    expect(await get(id)).toEqual(seen);
    expect(seen?.verification.status).toBe('error');
    expect(history.lines.size).toBe(lines);
  });

  test('is refused at any other endpoint or provider, before the secret is fetched', async () => {
    const { add, verify, storage } = service();
    const { id } = await added(add());
    expect(await verify(id, { endpoint: 'https://evil.example' })).toEqual({ result: 'secret-required' });
    expect(storage.lists()).toBe(1);
    expect(await verify(id + 1)).toEqual({ result: 'not-found' });
  });
});

describe('a role that can be assumed without the external id', () => {
  const arn = 'arn:aws:iam::111122223333:role/open';
  const credential = { kind: 'assumed-role', roleArn: arn, externalId: 'ours' } as const;

  test('is refused when it is added, and nothing of it is stored', async () => {
    const { add, connections, credentials } = service(undefined, [arn]);
    expect(await add(s3, undefined, { credential })).toMatchObject({
      result: 'refused',
      diagnosis: { code: 'role-open' },
    });
    expect([connections.rows.size, connections.notes.size, credentials.held.size]).toEqual([0, 0, 0]);
  });

  test('is wrong when its owner asks, and right again once it is not', async () => {
    const open: string[] = [];
    const { add, verify, get } = service(undefined, open);
    const { id } = await added(add(s3, undefined, { credential }));
    open.push(arn);
    expect(await verify(id)).toMatchObject({ progress: { status: 'error', diagnosis: { code: 'role-open' } } });
    expect((await get(id))?.verification).toMatchObject({ status: 'error', diagnosis: { code: 'role-open' } });
    open.pop();
    expect(await verify(id)).toMatchObject({ progress: { status: 'connected' } });
  });
});

describe('a crash', () => {
  /** Whatever happened: every secret has a connection or a note, every connection its secret, every note goes. */
  async function expectMended(run: ReturnType<typeof service>): Promise<void> {
    const { connections, credentials } = run;
    const orphans = [...credentials.held.keys()].filter(
      (uid) => !connections.rows.has(uid) && !connections.notes.has(uid),
    );
    expect(orphans).toEqual([]);
    for (const { uid, credential } of connections.rows.values()) {
      expect(await credentials.read(uid, credential.version)).toBeDefined();
    }
    // The next write of the organization mends what is left.
    run.pass(pendingSecretTtlMs);
    const next = await added(run.add());
    expect(connections.notes.size).toBe(0);
    expect([...credentials.held.keys()].sort()).toEqual([...connections.rows.keys()].sort());
    await run.remove(next.id);
  }

  /** The verdicts in the history of a connection, in their order. */
  const verdictsOf = ({ history }: ReturnType<typeof service>, uid: string) =>
    [...history.lines.values()].flatMap((line) =>
      line.entry.kind === 'verdict' && line.entry.uid === uid ? [{ ...line, entry: line.entry }] : [],
    );

  /** No verdict without its line, and no line without its verdict; a line is announced, or due to be. */
  function expectWritten(run: ReturnType<typeof service>, removed?: string): void {
    for (const { uid, verification, lastVerdict } of run.connections.rows.values()) {
      const lines = verdictsOf(run, uid);
      const last = lines.at(-1)?.entry;
      expect(lastVerdict).toEqual(last && expect.objectContaining({ ...last.to, at: last.at }));
      if (verification.status !== 'connecting') expect(verification.status).toBe(last?.to.status);
      for (const [at, { entry, dueAt }] of lines.entries()) {
        expect(entry.from).toEqual(lines[at - 1]?.entry.to);
        expect(dueAt ?? entry.announcedAt).toBeDefined();
      }
    }
    for (const { entry } of run.history.lines.values()) {
      expect(entry.uid === removed || run.connections.rows.has(entry.uid)).toBe(true);
    }
  }

  const unlessDied = (error: unknown): void => {
    if (!(error instanceof Died)) throw error;
  };

  /**
   * Runs an operation with a death at every writing call it makes, before and after.
   *
   * @param wrong what is wrong with the storage meanwhile
   */
  async function atEveryCall(
    operation: (run: ReturnType<typeof service>, ports: Ports, id: number) => Promise<unknown>,
    expected: (run: ReturnType<typeof service>, before: Connection) => Promise<void>,
    leastCalls: number,
    wrong?: Diagnosis,
  ): Promise<void> {
    // One that dies shows no more calls than it made: there are no further ones when it did not die.
    let most = 0;
    for (let at = 1; most === at - 1; at++) {
      for (const when of ['before', 'after'] as const) {
        let now: Diagnosis | undefined;
        const run = service(() => now);
        const before = await added(run.add());
        now = wrong;
        const { ports, calls } = dying(run.ports, { at, when });
        await operation(run, ports, before.id).catch(unlessDied);
        most = Math.max(most, calls());
        await expected(run, before);
        expectWritten(run, before.uid);
        now = undefined;
        await expectMended(run);
      }
    }
    expect(most).toBeGreaterThanOrEqual(leastCalls);
  }

  test('anywhere in adding leaves nothing, or something the next write mends', async () => {
    await atEveryCall(
      (run, ports) => run.add(s3, ports),
      async ({ connections }) => {
        for (const { verification } of connections.rows.values()) expect(verification.status).toBe('connected');
      },
      4,
    );
    await atEveryCall(
      (run, ports) => run.add(azure, ports),
      async () => {},
      6,
    );
  });

  test('anywhere in changing leaves the connection as it was or as it was to be', async () => {
    const bodies: readonly ConnectionChanges[] = [{ prefix: 'data/' }, { secretKey: 'rotated', prefix: 'data/' }];
    for (const changes of bodies) {
      await atEveryCall(
        (run, ports, id) => run.update(id, changes, ports),
        async ({ get, credentials }, before) => {
          const after = await get(before.id);
          const secret = await credentials.read(before.uid, after?.credential.version ?? '');
          if (after?.version === 1) {
            expect(after).toEqual(before);
            expect(secret).toEqual(pair);
            expect(credentials.held.get(before.uid)?.current).toBe(before.credential.version);
          } else {
            expect(after).toMatchObject({ version: 2, target: { prefix: 'data/' } });
            expect(secret).toMatchObject({ secretKey: changes.secretKey ?? 'word' });
          }
        },
        changes.secretKey ? 3 : 1,
      );
    }
  });

  test('anywhere in verifying what no longer works leaves the old verdict, or the new one with its line', async () => {
    await atEveryCall(
      (run, ports, id) => run.verify(id, {}, ports),
      async (run, before) => {
        const after = await run.get(before.id);
        const isNew = after?.lastVerdict?.status === 'error';
        expect(verdictsOf(run, before.uid)).toHaveLength(isNew ? 2 : 1);
        if (!isNew) expect(after).toEqual(before);
      },
      1,
      diagnose('list-denied'),
    );
  });

  test('anywhere in a check leaves it to be made once more, or the verdict with its line, which is told', async () => {
    let most = 0;
    for (let at = 1; most === at - 1; at++) {
      for (const when of ['before', 'after'] as const) {
        let wrong: Diagnosis | undefined;
        const run = service(() => wrong);
        const { uid, check } = await added(run.add());
        wrong = diagnose('list-denied');
        const place = { organizationId, uid };
        await run.connections.checks.claim(place, check?.dueAt ?? 0, 'claim', run.now() + checkTimes.lease);
        const look = (ports: Ports) => checkConnection({ ...place, claim: 'claim' }, ports, run.task());
        const { ports, calls } = mortal(run.ports, { at, when });
        await look(ports).catch(unlessDied);
        most = Math.max(most, calls());
        expectWritten(run);
        // The message comes again once its receiver must be dead.
        run.pass(checkTimes.work + 1);
        await look(run.ports);
        expectWritten(run);
        expect(verdictsOf(run, uid)).toMatchObject([
          { entry: { to: { status: 'connected' } } },
          { entry: { to: { code: 'list-denied' } } },
        ]);
      }
    }
    expect(most).toBeGreaterThanOrEqual(4);
  });

  test('anywhere in removing leaves the connection whole, or gone with a note on its secret', async () => {
    await atEveryCall(
      (run, ports, id) => run.remove(id, ports),
      async ({ get, credentials, connections }, before) => {
        const after = await get(before.id);
        if (after) expect(after).toEqual(before);
        else if (credentials.held.has(before.uid)) expect(connections.notes.has(before.uid)).toBe(true);
      },
      3,
    );
  });
});
