import { describe, expect, test } from 'vitest';
import { startCleanupRun } from '../../../functions/core/janitor/cleanup-run.ts';
import type { Ports } from '../../../functions/core/ports.ts';
import { Died, mortal } from '../mortal.ts';
import {
  aged,
  atEveryCall,
  azure,
  clean,
  expectClean,
  long,
  nothing,
  type Run,
  service,
  untilDeath,
} from './janitor-scene.ts';

describe('whatever dies, wherever it dies, is mended', () => {
  const mended = async (run: Run) => {
    run.pass(long);
    expect(await run.mend()).toMatchObject({ failed: 0, finished: true });
    await expectClean(run);
  };

  test('adding a connection', () => atEveryCall((run, ports) => run.add(ports), mended));
  test('adding one that the loop verifies', () => atEveryCall((run, ports) => run.add(ports, azure), mended));
  test('verifying what nobody saved', () => atEveryCall((run, ports) => run.test(ports), mended));
  test('removing a connection', () =>
    atEveryCall(
      async (run, ports) => {
        for (const connection of run.connections.rows.values()) await run.remove(connection, ports);
      },
      mended,
      (run) => run.add(),
    ));
});

describe('a run', () => {
  /** All kinds of litter at once, and a connection that has nothing to do with it. */
  const littered = async () => {
    const run = await service();
    await run.add();
    aged(run, await run.add());
    const lost = await run.add();
    run.connections.litter.rows.delete(lost.uid);
    const dying = { ...run.ports['connections.write'], create: () => Promise.reject(new Died()) };
    await untilDeath(run.add({ ...run.ports, 'connections.write': dying }));
    await run.test();
    run.pass(long);
    return { ...run, lost };
  };
  const all = { jobs: 1, notes: 1, secrets: 1, claims: 1, connections: 1, failed: 0, finished: true };

  test('mends each kind', async () => {
    const run = await littered();
    expect(await run.mend()).toEqual(all);
    await expectClean(run);
  });

  test('that dies anywhere harms nothing, and the next ones mend what is left', async () => {
    for (let at = 1, more = true; more; at++) {
      for (const when of ['before', 'after'] as const) {
        const run = await littered();
        const dying = mortal(run.ports, { at, when });
        await untilDeath(run.mend(dying.ports));
        more = dying.calls() >= at;
        for (let runs = 0; runs < 2; runs++) await run.mend();
        expect([...run.janitor.retired]).toEqual([run.lost.uid]);
        await expectClean(run);
      }
    }
  });

  test('that meets another harms nothing', async () => {
    const run = await littered();
    await Promise.all([run.mend(), run.mend()]);
    expect([...run.janitor.retired]).toEqual([run.lost.uid]);
    await expectClean(run);
  });

  test('counts what fails and goes on with the rest', async () => {
    const run = await littered();
    const failing = { ...run.ports, 'credentials.retire': () => Promise.reject(new Error('Not now.')) };
    expect(await run.mend(failing)).toEqual({ ...all, secrets: 0, failed: 1 });
    expect(run.reported).toEqual([new Error('Not now.')]);
    expect(await run.mend()).toEqual({ ...clean, secrets: 1 });
  });

  test.each([
    // The organization at which the time is up is begun once more.
    { of: 'something to mend', claims: ['gone'], again: 3 },
    { of: 'nothing to mend', claims: [], again: 0 },
  ])('ends after its time, and the next goes on where it stopped: $of', async ({ claims, again }) => {
    const organizations = Array.from({ length: 65 }, (_, index) => index + 1);
    const { mend, ports, pass } = await service(organizations);
    const seen: number[] = [];
    const slow: Ports['connections.repair'] = {
      ...ports['connections.repair'],
      async claims(organization) {
        seen.push(organization);
        pass(1_000);
        return claims.map((name) => ({ kind: 'name', organizationId: organization, uid: 'nobody', name }));
      },
    };
    const run = () => mend({ ...ports, 'connections.repair': slow });
    for (let runs = 1; runs <= 3; runs++) {
      expect(await run()).toEqual({ ...nothing, finished: false });
      expect(seen).toHaveLength(runs * 20);
    }
    expect((await run()).finished).toBe(true);
    expect([...new Set(seen)]).toEqual(organizations);
    expect(seen.length - organizations.length).toBe(again);
  });

  test('ends after so many items, whatever time it has', async () => {
    let looked = 0;
    const mending = startCleanupRun({ now: () => 0, clock: () => 0, report: () => undefined }, 1);
    const items = Array.from({ length: 10_020 });
    expect(await mending.each(items, async () => (looked++ % 2 === 0 ? 'claims' : undefined))).toBe(false);
    expect([looked, mending.isOver(), mending.tally().claims]).toEqual([10_000, true, 5_000]);
  });
});
