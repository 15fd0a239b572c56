import { describe, expect, test } from 'vitest';
import { connection, localService } from '../local-service.ts';

const { run, answers, askedBy } = localService();
const { uid } = connection;

const failed = {
  ...{ id: 'e2', at: '2026-11-21T10:20:00.000Z', cause: 'event: bucket-policy', kind: 'verdict' },
  from: { status: 'connected' },
  to: { status: 'error', code: 'list-denied' },
  diagnosis: { code: 'list-denied', field: 'accessKey', text: 'It may not list.', remedy: 'Allow\u001b it.' },
  announcedAt: '2026-11-21T10:21:00.000Z',
};
const first = { ...failed, id: 'e1', from: null, to: { status: 'connected' }, diagnosis: null, announcedAt: null };
const part = (files: number) => ({ images: { files, bytes: 1_234_567 }, annotations: { files: 1, bytes: 33 } });
const inventory = (files: number, complete = true) => ({
  ...{ takenAt: failed.at, newestChange: null, complete },
  splits: { train: part(files), test: part(0), val: part(0) },
});
const dataset = {
  ...{ id: 'e0', at: '2026-11-20T10:20:00.000Z', cause: 'schedule', kind: 'dataset', announcedAt: null },
  ...{ before: inventory(9), now: inventory(10, false) },
};

describe('the history of a connection', () => {
  test('is shown newest first, below what is known of it now', async () => {
    const counted = { ...dataset, before: null, now: inventory(1) };
    answers({ body: { connection, entries: [failed, first, dataset, counted, { ...first, to: 5 }], next: null } });
    expect(await run(`history ${uid}`)).toEqual({
      code: 0,
      out: [
        'NAME          walks',
        'ORGANIZATION  42',
        'STORAGE       s3 acme-data',
        'STATUS        connected since 2026-11-18 10:32',
        'LAST CHECK    2 h ago',
        'NEXT CHECK    in 22 h',
        '',
        'TIME              CHANGE                                                 CAUSE                 ANNOUNCED         DIAGNOSIS',
        '2026-11-21 10:20  connected → error list-denied                          event: bucket-policy  2026-11-21 10:21  It may not list. Allow it.',
        '2026-11-21 10:20  unverified → connected                                 event: bucket-policy  –',
        '2026-11-20 10:20  dataset: 12 files, 3.7 MB → at least 13 files, 3.7 MB  schedule              –',
        '2026-11-20 10:20  dataset: not counted → 4 files, 3.7 MB                 schedule              –',
        '2026-11-21 10:20  –                                                      event: bucket-policy  –',
        '',
      ].join('\n'),
      err: '',
    });
  });

  test('is whole as JSON, and read page by page to its limit', async () => {
    answers(({ query }) => ({
      body: { connection, entries: Array(Number(query['limit'])).fill(first), next: `n${query['limit']}` },
    }));
    const { out, err } = await run(`history ${uid} --limit 150 --json`);
    expect(JSON.parse(out)).toMatchObject({ connection, entries: Array(150).fill(first), next: 'n50' });
    expect(err).toBe('There are older entries; --limit shows more than 150.\n');
    expect(await askedBy(`history ${uid.toUpperCase()}`)).toEqual([
      { method: 'GET', path: `/admin/connections/${uid}/history`, query: { limit: '50' }, body: undefined },
    ]);
  });

  test('of one that is gone, or to which nothing happened, says so', async () => {
    answers({ body: { connection: null, entries: [first], next: null } });
    const gone = await run(`history ${uid}`);
    expect(gone.out).toMatch(/^TIME /);
    expect(gone.err).toBe('The connection is gone; its history is still kept.\n');
    answers({ body: { connection, entries: [], next: null } });
    const fresh = await run(`history ${uid}`);
    expect(fresh.out).toMatch(/^NAME +walks\n/);
    expect(fresh.err).toBe('Nothing has happened to it yet.\n');
  });
});
