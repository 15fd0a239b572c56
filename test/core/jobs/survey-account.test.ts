import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { type SurveyContext, surveyAccount } from '../../../functions/core/jobs/survey-account.ts';
import type { SurveyProgress } from '../../../functions/core/records/job.ts';
import type { ListedBucket, Storage } from '../../../functions/core/storage/storage.ts';
import { type MemoryBuckets, memoryStorage } from '../../memory/storage.ts';

const target = { provider: 's3', endpoint: 'https://s3.example.com' } as const;
const credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' } as const;
const never = new AbortController().signal;
const files = (count: number, size = 1) => Array.from({ length: count }, (_, at) => ({ key: `file-${at}`, size }));

/** What is told of these buckets, and how far it was said to be meanwhile. */
async function surveyed(buckets: MemoryBuckets, { pageSize = 1000, ...over }: Options = {}) {
  const storage = memoryStorage(buckets, undefined, pageSize);
  const opened = await storage.openAccount(target, credential, never);
  const listed = opened.ok ? await opened.value.listBuckets() : opened;
  return survey(listed.ok ? listed.value : [], { storage, ...over });
}
interface Options extends Partial<SurveyContext> {
  readonly pageSize?: number;
}

async function survey(listed: readonly ListedBucket[], over: Partial<SurveyContext> & Pick<SurveyContext, 'storage'>) {
  const reports: SurveyProgress[] = [];
  const report = async (progress: SurveyProgress) => {
    reports.push(progress);
    return true;
  };
  const found = await surveyAccount(listed, { target, credential, deadline: never, clock: () => 0, report, ...over });
  return { found, reports };
}

/** A storage that does something first each time a bucket is opened. */
const before = (storage: Storage, first: (bucket: string) => void | Promise<void>): Storage => ({
  ...storage,
  async open(there, ...rest) {
    await first(there.bucket);
    return storage.open(there, ...rest);
  },
});

describe('a survey', () => {
  test('counts the files of each bucket and their bytes, and no placeholder of a folder', async () => {
    const objects = [
      { key: 'folder/', size: 7 },
      { key: 'folder/a', size: 40 },
      { key: 'b', size: 2 },
    ];
    const { found } = await surveyed({ full: { objects, region: 'eu-west-1' }, empty: {} });
    expect(found).toEqual([
      { name: 'full', region: 'eu-west-1', files: 2, bytes: 42 },
      { name: 'empty', files: 0, bytes: 0 },
    ]);
  });

  test('says of any account what is in it, in the order of its list', async () => {
    const bucket = fc.array(fc.record({ key: fc.string({ minLength: 1 }), size: fc.nat() }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(bucket, { maxLength: 9 }), fc.integer({ min: 2, max: 5 }), async (all, pageSize) => {
        const buckets = Object.fromEntries(all.map((objects, at) => [`bucket-${at}`, { objects }]));
        const { found } = await surveyed(buckets, { pageSize });
        expect(found).toEqual(
          all.map((objects, at) => {
            const counted = objects.filter(({ key }) => !key.endsWith('/'));
            const bytes = counted.reduce((sum, { size }) => sum + size, 0);
            return { name: `bucket-${at}`, files: counted.length, bytes };
          }),
        );
      }),
    );
  });

  test('gives no count of a bucket that it does not see the end of', async () => {
    const storage = memoryStorage({ ten: { objects: files(10) }, eleven: { objects: files(11) } }, undefined, 1);
    const { found } = await survey([{ name: 'ten' }, { name: 'eleven' }, { name: 'gone' }], { storage });
    expect(found).toEqual([{ name: 'ten', files: 10, bytes: 10 }, { name: 'eleven' }, { name: 'gone' }]);
    expect(storage.lists()).toBe(10 + 10 + 1);
  });

  test('gives none that fails on the way, and none of sizes that cannot be', async () => {
    const wrong = diagnose('storage-busy');
    const storage = memoryStorage({ two: { objects: files(2) } }, (call) => (call === 1 ? wrong : undefined), 1);
    expect((await survey([{ name: 'two' }], { storage })).found).toEqual([{ name: 'two' }]);
    const { found } = await surveyed({
      vast: { objects: files(2, Number.MAX_SAFE_INTEGER) },
      most: { objects: files(1, Number.MAX_SAFE_INTEGER) },
    });
    expect(found).toEqual([{ name: 'vast' }, { name: 'most', files: 1, bytes: Number.MAX_SAFE_INTEGER }]);
  });

  test('asks for a bucket in the region of the account, and in its own where that is another', async () => {
    const buckets = { here: { region: 'eu-west-1' }, there: { region: 'us-east-2' }, nowhere: {} };
    const asked: (string | undefined)[] = [];
    const storage = memoryStorage(buckets);
    const listed = Object.entries(buckets).map(([name, bucket]) => ({ name, ...bucket }));
    const noting: Storage = {
      ...storage,
      open(there, ...rest) {
        asked.push(`${there.bucket} ${there.region}`);
        return storage.open(there, ...rest);
      },
    };
    const counted = listed.map((bucket) => ({ ...bucket, files: 0, bytes: 0 }));
    const { found } = await survey(listed, { storage: noting, target: { ...target, region: 'eu-west-1' } });
    expect(found).toEqual(counted);
    expect(asked.sort()).toEqual(['here eu-west-1', 'nowhere eu-west-1', 'there eu-west-1', 'there us-east-2']);
    asked.length = 0;
    expect((await survey(listed, { storage: noting })).found).toEqual(counted);
    expect(asked.sort()).toEqual(['here eu-west-1', 'nowhere undefined', 'there us-east-2']);
  });

  test.each([
    ['for another reason', diagnose('list-denied'), { ...target, region: 'eu-west-1' }],
    ['though it is asked in its own', diagnose('region-unclear'), target],
  ])('does not ask again where a bucket refuses %s', async (_, wrong, account) => {
    const storage = memoryStorage({ refusing: { wrong } });
    const listed = [{ name: 'refusing', region: 'us-east-2' }];
    expect((await survey(listed, { storage, target: account })).found).toEqual(listed);
    expect(storage.lists()).toBe(1);
  });

  test('counts four buckets at a time', async () => {
    const listed = Array.from({ length: 10 }, (_, at) => ({ name: `bucket-${at}` }));
    const waiting: (() => void)[] = [];
    const storage = before(memoryStorage([]), () => new Promise<void>((resolve) => void waiting.push(resolve)));
    const running = survey(listed, { storage });
    let opened = 0;
    for (; opened < listed.length; opened++) {
      await new Promise(setImmediate);
      expect(waiting).toHaveLength(Math.min(4, listed.length - opened));
      waiting.shift()?.();
    }
    expect((await running).found).toHaveLength(10);
  });

  test('that runs out of time names the rest all the same', async () => {
    const deadline = new AbortController();
    const listed = Array.from({ length: 9 }, (_, at) => ({ name: `bucket-${at}` }));
    let opened = 0;
    const storage = before(memoryStorage([]), () => {
      if (++opened === 7) deadline.abort();
    });
    const { found } = await survey(listed, { storage, deadline: deadline.signal });
    expect(found.map(({ name }) => name)).toEqual(listed.map(({ name }) => name));
    expect(found.filter(({ files: counted }) => counted !== undefined).length).toBeLessThan(9);
    expect(opened).toBeLessThan(9);
  });

  test('says how far it is at once, then at most once a second', async () => {
    const listed = Array.from({ length: 8 }, (_, at) => ({ name: `bucket-${at}` }));
    let now = 0;
    const storage = before(memoryStorage([]), () => {
      now += 300;
    });
    const times: number[] = [];
    const reports: SurveyProgress[] = [];
    const report = async (progress: SurveyProgress) => {
      times.push(now);
      reports.push(progress);
      return true;
    };
    await survey(listed, { storage, clock: () => now, report });
    expect(reports[0]).toEqual({ done: 0, total: 8 });
    expect(reports.length).toBeGreaterThan(1);
    for (const [at, time] of times.entries())
      if (at > 0) expect(time - (times[at - 1] ?? 0)).toBeGreaterThanOrEqual(1000);
    const done = reports.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  test.each(['at once', 'later'] as const)('stops when nobody wants to know any more: %s', async (when) => {
    const listed = Array.from({ length: 100 }, (_, at) => ({ name: `bucket-${at}` }));
    const storage = memoryStorage([]);
    let now = 0;
    const clock = () => (now += 100);
    const { found } = await survey(listed, {
      storage,
      clock,
      report: async ({ done }) => when === 'later' && done === 0,
    });
    expect(found).toHaveLength(100);
    expect(storage.lists()).toBeLessThan(when === 'later' ? 30 : 1);
  });

  test('that cannot say how far it is fails, and goes on with nothing', async () => {
    const listed = Array.from({ length: 100 }, (_, at) => ({ name: `bucket-${at}` }));
    const storage = memoryStorage([]);
    let now = 0;
    let reports = 0;
    const report = async () => {
      if (++reports === 2) throw new Error('no table');
      return true;
    };
    await expect(survey(listed, { storage, clock: () => (now += 1000), report })).rejects.toThrow('no table');
    await new Promise(setImmediate);
    expect(storage.lists()).toBeLessThan(10);
  });
});

describe('what is told', () => {
  test('is a thousand buckets at most', async () => {
    const listed = Array.from({ length: 1001 }, (_, at) => ({
      name: `bucket-${at}`.padEnd(63, '-'),
      region: 'eu-west-1',
    }));
    const { found, reports } = await survey(listed, { storage: memoryStorage([]) });
    expect(found.map(({ name }) => name)).toEqual(listed.slice(0, 1000).map(({ name }) => name));
    expect(reports[0]?.total).toBe(1000);
  });

  test('fits into a row, whatever a server calls its buckets', async () => {
    const name = fc.integer({ min: 1, max: 255 }).map((length) => 'x'.repeat(length));
    const longest = fc.constant({ name: 'x'.repeat(255), region: 'x'.repeat(255) });
    const bucket = fc.oneof(longest, fc.record({ name, region: name }, { requiredKeys: ['name'] }));
    const aborted = AbortSignal.abort();
    await fc.assert(
      fc.asyncProperty(fc.array(bucket, { minLength: 1000, maxLength: 1200 }), async (listed) => {
        const { found } = await survey(listed, { storage: memoryStorage([]), deadline: aborted });
        const counted = found.map((one) => ({ ...one, files: 10_000, bytes: Number.MAX_SAFE_INTEGER }));
        expect(JSON.stringify(counted).length).toBeLessThan(300_000);
        expect(found).toEqual(listed.slice(0, found.length));
      }),
      { numRuns: 20 },
    );
  });
});
