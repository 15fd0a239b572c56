import { describe, expect, test } from 'vitest';
import { verifyBucket } from '../../../../functions/core/verification/verify-bucket.ts';
import { buckets, type RegionCases } from '../harness.ts';
import { answering } from '../hostile.ts';
import { pagesOf, type Scene } from '../scene.ts';
import { outcomeOf, readOnlyCases } from './read-only-cases.ts';

/** What a storage that works as documented can answer. */
export function honestCases(scene: Scene): void {
  const { harness, stage, list, opened, expectDiagnosis } = scene;
  const { credentials, says, rights } = harness;

  describe('a bucket that works', () => {
    test('is one call, and gives its keys, their sizes and when they were written', async () => {
      const before = stage().calls();
      const answer = await list(stage().at(buckets.good.name));
      expect(stage().calls() - before).toBe(1);
      expect(answer).toEqual({
        ok: true,
        value: { objects: buckets.good.keys.map((key) => ({ key, size: key.length, modifiedAt: expect.any(Number) })) },
      });
      // Written when the honest service was started, a moment ago; protocols tell it to the second.
      for (const { modifiedAt = 0 } of answer.ok ? answer.value.objects : []) {
        expect(Math.abs(Date.now() - modifiedAt)).toBeLessThan(300_000);
      }
    });

    test('may be empty', async () => {
      expect(await list(stage().at(buckets.empty.name))).toEqual({ ok: true, value: { objects: [] } });
    });

    test('is listed under its prefix', async () => {
      const bucket = await opened(buckets.good.name, { prefix: 'allowed/' });
      expect(await pagesOf(bucket)).toEqual([['allowed/one.png', 'allowed/two.png']]);
    });

    test('gives names as they are, however odd', async () => {
      const [keys = []] = await pagesOf(await opened(buckets.odd.name));
      expect([...keys].sort()).toEqual([...buckets.odd.keys].sort());
    });

    test('goes on from page to page', async () => {
      const before = stage().calls();
      const pages = await pagesOf(await opened(buckets.many.name, { prefix: 'part/' }));
      expect(pages.map((page) => page.length)).toEqual([1000, 500]);
      expect(pages.flat()).toEqual(buckets.many.keys.filter((key) => key.startsWith('part/')));
      expect(stage().calls() - before).toBe(2);
    });

    test('takes a plain PUT at a signed URL, and no other', async () => {
      const bucket = await opened(buckets.empty.name);
      await bucket.list();
      const before = stage().calls();
      const url = await bucket.signPut('write check/ä+b.txt', 60);
      expect(stage().calls()).toBe(before);
      expect(url).not.toMatch(/x-id|checksum/i);
      expect([200, 201]).toContain(await stage().put(url, 'hello'));
      expect(await stage().put(url.replace('write%20check', 'elsewhere'), 'hello')).toBe(403);
    });

    test('may be slow', async () => {
      expect((await list(await scene.leadTo(answering(harness.listing, 150)))).ok).toBe(true);
    });
  });

  describe('what anybody’s storage can be asked', () => {
    const cases = readOnlyCases({
      emptyPrefix: 'nobody/put/anything/here/',
      missingBucket: 'no-such-bucket',
      says: {
        wrongSecret: [says.wrongSecret],
        unknownKey: [says.unknownKey],
        missingBucket: ['bucket-not-found'],
        deniedAtRoot: [],
      },
    });
    test.each(cases)('$name', async ({ target: { bucket = buckets.good.name, ...more }, credential, expected }) => {
      expect(expected).toContain(outcomeOf(await list(stage().at(bucket, more), credentials[credential])));
    });
  });

  if (rights) {
    describe('a refusal', () => {
      test('of a key without rights', () => expectDiagnosis(stage().at(buckets.good.name), rights.says, rights.none));

      const { prefixOnly } = rights;
      if (!prefixOnly) return;
      test('at the root, of a key for a prefix, under which it may list', async () => {
        await expectDiagnosis(stage().at(buckets.good.name), rights.says, prefixOnly);
        const bucket = await opened(buckets.good.name, { prefix: 'allowed/' }, prefixOnly);
        expect(await pagesOf(bucket)).toEqual([['allowed/one.png', 'allowed/two.png']]);
      });
    });
  }

  labelsCases(scene);
  if (harness.regions) regionCases(scene, harness.regions);
}

/** What a whole pass sees of `info.labels`, and with how many calls. */
function labelsCases({ stage, opened }: Scene): void {
  test.each<[string, keyof typeof buckets, boolean, number]>([
    ['at the root', 'good', true, 1],
    ['deep down', 'deep', true, 1],
    ['after 5,000 keys', 'many', true, 6],
    ['nowhere', 'odd', false, 1],
    ['in an empty bucket', 'empty', false, 1],
  ])('info.labels %s is seen as it is', async (_, bucket, hasInfoLabels, calls) => {
    const deadline = AbortSignal.timeout(10_000);
    const value = await opened(buckets[bucket].name);
    const before = stage().calls();
    const verdict = await verifyBucket(
      { ok: true, value },
      { deadline, clock: () => performance.now(), random: () => 0.5 },
    );
    expect(verdict).toMatchObject({ status: 'connected', hasInfoLabels });
    expect(stage().calls() - before).toBe(calls);
  });
}

function regionCases({ stage, list, opened }: Scene, { bucket, right, wrong, toldBy }: RegionCases): void {
  describe('the region', () => {
    test('that is right is one call', async () => {
      const before = stage().calls();
      expect((await list(stage().at(bucket, { region: right }))).ok).toBe(true);
      expect(stage().calls() - before).toBe(1);
    });

    test('that is wrong is told, and is not tried', async () => {
      const before = stage().calls();
      const answer = await list(stage().at(bucket, { region: wrong }));
      const code = toldBy === 'host' ? 'region-of-another-endpoint' : 'region-wrong';
      expect(answer).toMatchObject({ ok: false, diagnosis: { code, field: 'region' } });
      if (toldBy === 'storage') expect(JSON.stringify(answer)).toContain(right);
      expect(stage().calls() - before).toBe(toldBy === 'storage' ? 1 : 0);
    });

    test('that is missing is found with at most a second call, and kept', async () => {
      const before = stage().calls();
      const found = await opened(bucket);
      expect(await found.list()).toMatchObject({ ok: true });
      const needed = stage().calls() - before;
      expect(needed).toBe(toldBy === 'storage' ? 2 : 1);
      expect(await found.list()).toMatchObject({ ok: true });
      expect(stage().calls() - before).toBe(needed + 1);
      expect(await stage().put(await found.signPut('check.txt', 60), 'hello')).toBe(200);
    });
  });
}
