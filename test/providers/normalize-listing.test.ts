import { describe, expect, test } from 'vitest';
import { listPage } from '../../functions/providers/normalize-listing.ts';
import { answering, type CannedAnswer } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import { googleThat, jsonAnswer, openAt, token } from './gcs/gcs-scene.ts';
import { bucketAt, listing } from './s3/s3-bucket.ts';

const noon = Date.UTC(2026, 0, 31, 12);

test.each([undefined, Number.NaN, Infinity, 0, -1, noon + 0.5, -62_135_596_800_000])('%s is no time', (modifiedAt) => {
  const { objects } = listPage([{ key: 'a', size: 1, modifiedAt }], undefined);
  expect(objects).toStrictEqual([{ key: 'a', size: 1 }]);
});

describe('when a file was written', () => {
  test('is read in S3, by either version of the listing', async () => {
    const said = ['2026-01-31T12:00:00.000Z', '2026-01-31T13:00:00+01:00', '0001-01-01T00:00:00Z'];
    const contents = said
      .map((time) => `<Contents><Key>k</Key><LastModified>${time}</LastModified></Contents>`)
      .join('');
    for (const count of ['<KeyCount>4</KeyCount>', '<IsTruncated>true</IsTruncated>']) {
      const page: CannedAnswer = listing(`${count}${contents}<Contents><Key>k</Key></Contents>`);
      const answer = await (await bucketAt(await serverThat(answering(page)))).list();
      const times = answer.ok ? answer.value.objects.map(({ modifiedAt }) => modifiedAt) : answer;
      expect(times).toEqual([noon, noon, undefined, undefined]);
    }
  });

  test('is read in Google’s JSON, which is a listing whatever it says of times', async () => {
    const said = ['2026-01-31T12:00:00.000Z', 'yesterday', '2026-02-31T12:00:00Z', 7, { at: noon }, null];
    const items = [...said.map((updated) => ({ name: 'k', size: '1', updated })), { name: 'k', size: '1' }];
    const opened = await openAt(await googleThat(token, jsonAnswer(200, { kind: 'storage#objects', items })));
    const answer = opened.ok ? await opened.value.list() : opened;
    const [first, ...others] = answer.ok ? answer.value.objects : [];
    expect(first).toEqual({ key: 'k', size: 1, modifiedAt: noon });
    expect(others).toStrictEqual(Array.from({ length: 6 }, () => ({ key: 'k', size: 1 })));
  });

  test('leaves Google’s listing one whatever else is odd about an object', async () => {
    const items = [
      { name: 'a', size: 7 },
      { name: 'b', size: {} },
      { size: '1' },
      { name: 5, size: '1' },
      { name: 'c', size: '3' },
    ];
    const opened = await openAt(await googleThat(token, jsonAnswer(200, { kind: 'storage#objects', items })));
    const answer = opened.ok ? await opened.value.list() : opened;
    expect(answer).toEqual({
      ok: true,
      value: {
        objects: [
          { key: 'a', size: 7 },
          { key: 'b', size: 0 },
          { key: 'c', size: 3 },
        ],
      },
    });
  });
});
