import { describe, expect, test } from 'vitest';
import { buckets, type RegionCases } from './harness.ts';
import { answering } from './hostile.ts';
import { pagesOf, type Scene } from './scene.ts';

/** What a storage that works as documented can answer. */
export function honestCases(scene: Scene): void {
  const { harness, stage, list, opened, expectDiagnosis } = scene;
  const { credentials, says, rights } = harness;

  describe('a bucket that works', () => {
    test('is one call, and gives its keys and their sizes', async () => {
      const before = stage().calls();
      const answer = await list(stage().at(buckets.good.name));
      expect(stage().calls() - before).toBe(1);
      expect(answer).toEqual({
        ok: true,
        value: { objects: buckets.good.keys.map((key) => ({ key, size: key.length })) },
      });
    });

    test('may be empty', async () => {
      expect(await list(stage().at(buckets.empty.name))).toEqual({ ok: true, value: { objects: [] } });
    });

    test('may have an empty prefix', async () => {
      const lead = stage().at(buckets.good.name, { prefix: 'nobody/put/anything/here/' });
      expect(await list(lead)).toEqual({ ok: true, value: { objects: [] } });
    });

    test('is listed under its prefix', async () => {
      const bucket = await opened(buckets.good.name, { prefix: 'allowed/' });
      expect(await pagesOf(bucket)).toEqual([['allowed/one.png', 'allowed/two.png']]);
    });

    test('gives names as they are, however odd', async () => {
      const [keys = []] = await pagesOf(await opened(buckets.odd.name));
      expect([...keys].sort()).toEqual([...buckets.odd.keys].sort());
    });

    test('of 2,500 keys is three pages', async () => {
      const before = stage().calls();
      const pages = await pagesOf(await opened(buckets.many.name));
      expect(pages.map((page) => page.length)).toEqual([1000, 1000, 500]);
      expect(pages.flat()).toEqual(buckets.many.keys);
      expect(stage().calls() - before).toBe(3);
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

  describe('a refusal', () => {
    test('of a secret that is not the key’s', () =>
      expectDiagnosis(stage().at(buckets.good.name), says.wrongSecret, credentials.wrongSecret));
    test('of a key nobody knows', () =>
      expectDiagnosis(stage().at(buckets.good.name), says.unknownKey, credentials.unknownKey));
    test('of a bucket that is not there', () => expectDiagnosis(stage().at('no-such-bucket'), 'bucket-not-found'));

    if (!rights) return;
    test('of a key without rights', () => expectDiagnosis(stage().at(buckets.good.name), 'list-denied', rights.none));
    test('at the root, of a key for a prefix, under which it may list', async () => {
      await expectDiagnosis(stage().at(buckets.good.name), 'list-denied', rights.prefixOnly);
      const bucket = await opened(buckets.good.name, { prefix: 'allowed/' }, rights.prefixOnly);
      expect(await pagesOf(bucket)).toEqual([['allowed/one.png', 'allowed/two.png']]);
    });
  });

  if (harness.regions) regionCases(scene, harness.regions);
}

function regionCases({ stage, list, opened }: Scene, { bucket, right, wrong }: RegionCases): void {
  describe('the region', () => {
    test('that is right is one call', async () => {
      const before = stage().calls();
      expect((await list(stage().at(bucket, { region: right }))).ok).toBe(true);
      expect(stage().calls() - before).toBe(1);
    });

    test('that is wrong is told, and is not tried', async () => {
      const before = stage().calls();
      const answer = await list(stage().at(bucket, { region: wrong }));
      expect(answer).toMatchObject({ ok: false, diagnosis: { code: 'region-wrong', field: 'region' } });
      expect(JSON.stringify(answer)).toContain(right);
      expect(stage().calls() - before).toBe(1);
    });

    test('that is missing is found with a second call, and kept', async () => {
      const before = stage().calls();
      const found = await opened(bucket);
      expect(await found.list()).toMatchObject({ ok: true });
      expect(stage().calls() - before).toBe(2);
      expect(await found.list()).toMatchObject({ ok: true });
      expect(stage().calls() - before).toBe(3);
      expect(await stage().put(await found.signPut('check.txt', 60), 'hello')).toBe(200);
    });
  });
}
