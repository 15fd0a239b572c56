import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StoredObject } from '../../../functions/core/storage/storage.ts';
import { fileName, folderName, verifyBucket } from '../../../functions/core/verification/verify-bucket.ts';
import { type MemoryStorage, memoryStorage } from '../../memory/storage.ts';

const target = { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'b', prefix: '' } as const;
const credential: Credential = { kind: 'access-key-pair', accessKey: 'a', secretKey: 's' };

const pass = async (storage: MemoryStorage, deadline = new AbortController().signal) => {
  const opened = await storage.open(target, credential, deadline);
  return verifyBucket(opened, { deadline, clock: () => performance.now(), random: Math.random });
};

const objects = (count: number, name = (n: number) => `folder/${n}.csv`): StoredObject[] =>
  Array.from({ length: count }, (_, n) => ({ key: name(n), size: n }));

describe('a pass', () => {
  test('takes one call for a bucket of up to a page', async () => {
    const storage = memoryStorage(objects(1000));
    expect(await pass(storage)).toMatchObject({ status: 'connected', hasInfoLabels: false });
    expect(storage.lists()).toBe(1);
  });

  test('finds an empty bucket connected', async () => {
    expect(await pass(memoryStorage([]))).toMatchObject({ status: 'connected', sample: [], hasInfoLabels: false });
  });

  test('looks for info.labels in ten pages and no further', async () => {
    const atTheEnd = memoryStorage([...objects(9_999), { key: 'deep/down/info.labels', size: 1 }]);
    expect(await pass(atTheEnd)).toMatchObject({ hasInfoLabels: true });
    expect(atTheEnd.lists()).toBe(10);
    const beyond = memoryStorage([...objects(10_000), { key: 'deep/down/info.labels', size: 1 }]);
    expect(await pass(beyond)).toMatchObject({ status: 'connected', hasInfoLabels: false });
    expect(beyond.lists()).toBe(10);
  });

  test('stops as soon as it has seen info.labels', async () => {
    const storage = memoryStorage([{ key: 'info.labels', size: 1 }, ...objects(5000)]);
    expect(await pass(storage)).toMatchObject({ hasInfoLabels: true });
    expect(storage.lists()).toBe(1);
  });

  test.each(['xinfo.labels', 'info.labels/x', 'info.labels.bak', 'a/info.labels/'])(
    '%s is no info.labels',
    async (key) => {
      expect(await pass(memoryStorage([{ key, size: 1 }]))).toMatchObject({ hasInfoLabels: false });
    },
  );

  test('is decided by the first page: a failure or the deadline later on changes nothing', async () => {
    const failing = memoryStorage(objects(3000), (call) => (call > 0 ? diagnose('storage-busy') : undefined));
    expect(await pass(failing)).toMatchObject({ status: 'connected' });
    expect(failing.lists()).toBe(2);
    const deadline = new AbortController();
    const late = memoryStorage(objects(3000), () => void deadline.abort());
    expect(await pass(late, deadline.signal)).toMatchObject({ status: 'connected' });
    expect(late.lists()).toBe(1);
  });

  test('is a failure with the findings up to the step at fault', async () => {
    const wrong = diagnose('secret-key-wrong');
    const verdict = await pass(memoryStorage([], () => wrong));
    expect(verdict).toMatchObject({ status: 'error', diagnosis: wrong });
    expect(verdict.findings.map(({ step, result }) => `${step} ${result}`)).toEqual([
      'resolve passed',
      'connect passed',
      'authenticate failed',
      'list skipped',
      'read skipped',
      'sign skipped',
      'dataset skipped',
    ]);
  });

  test('that could not begin failed at its step and came to no other', async () => {
    const diagnosis = diagnose('account-key-malformed');
    const verdict = await verifyBucket(
      { ok: false, diagnosis },
      { deadline: new AbortController().signal, clock: () => 0, random: Math.random },
    );
    expect(verdict).toMatchObject({ status: 'error', diagnosis });
    expect(verdict.findings.filter(({ result }) => result !== 'skipped')).toEqual([
      { step: 'authenticate', result: 'failed', milliseconds: 0, diagnosis },
    ]);
  });

  test('keeps of its sample keys and sizes, and nothing else that a listing says', async () => {
    const verdict = await pass(memoryStorage([{ key: 'a', size: 1, modifiedAt: 1_767_225_600_000 }]));
    expect(verdict).toMatchObject({ status: 'connected', sample: [{ key: 'a', size: 1 }] });
    expect(JSON.stringify(verdict)).not.toContain('modifiedAt');
  });

  test('draws a sample of at most ten distinct files, folder placeholders left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (keys, pageSize) => {
          const stored = keys.map((key, size) => ({ key, size }));
          const verdict = await pass(memoryStorage(stored, undefined, pageSize));
          if (verdict.status !== 'connected') throw new Error('the bucket works');
          const files = stored.slice(0, pageSize * 10).filter(({ key }) => !key.endsWith('/'));
          expect(new Set(verdict.sample.map(({ key }) => key)).size).toBe(verdict.sample.length);
          for (const drawn of verdict.sample) expect(files).toContainEqual(drawn);
          if (!verdict.hasInfoLabels) expect(verdict.sample).toHaveLength(Math.min(10, files.length));
        },
      ),
    );
  });

  test('draws every key about equally often', async () => {
    const drawn = new Map<string, number>();
    const storage = memoryStorage(objects(40), undefined, 7);
    for (let round = 0; round < 400; round++) {
      const verdict = await pass(storage);
      if (verdict.status !== 'connected') throw new Error('the bucket works');
      for (const { key } of verdict.sample) drawn.set(key, (drawn.get(key) ?? 0) + 1);
    }
    // 400 rounds of 10 out of 40: 100 expected each, standard deviation about 9; seven of them leave no flakes.
    expect(drawn.size).toBe(40);
    for (const times of drawn.values()) expect(Math.abs(times - 100)).toBeLessThan(63);
  });
});

test('a key is its folder, a slash and its file name', () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const folder = folderName(key);
      expect(key.includes('/') ? `${folder}/${fileName(key)}` : fileName(key)).toBe(key);
      expect(fileName(key)).not.toContain('/');
    }),
  );
});
