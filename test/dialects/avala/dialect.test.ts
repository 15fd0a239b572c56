import { describe, expect, test } from 'vitest';
import { takeFromBucket } from '../../../functions/core/access/rate-limit.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { avala } from '../../../functions/dialects/avala/dialect.ts';
import { rateLimitHeaders } from '../../../functions/dialects/avala/rate-limit.ts';
import type { Problem } from '../../../functions/http/problem.ts';

const busy = diagnose('storage-busy');
const problems: readonly (readonly [Problem, number, object])[] = [
  [{ kind: 'unauthenticated' }, 401, { detail: 'Invalid API key.' }],
  [{ kind: 'forbidden' }, 403, { detail: 'You do not have permission to perform this action.' }],
  [{ kind: 'not-found' }, 404, { detail: 'Not found.' }],
  [{ kind: 'malformed', message: 'It is no JSON.' }, 400, { non_field_errors: ['It is no JSON.'] }],
  [
    { kind: 'refused-by-storage', diagnosis: diagnose('bucket-not-found'), field: 's3_bucket_name' },
    400,
    { s3_bucket_name: [expect.stringMatching(/^There is no bucket .*\. Check the name/)] },
  ],
  [
    { kind: 'refused-by-storage', diagnosis: busy },
    400,
    { non_field_errors: ['The storage asks to slow down. Try again in a minute.'] },
  ],
  [{ kind: 'conflict' }, 409, { detail: expect.stringMatching(/\.$/) }],
  [{ kind: 'full', most: 10_000 }, 409, { detail: expect.stringContaining('10000') }],
  [{ kind: 'too-large', limitBytes: 65_536 }, 413, { detail: expect.stringContaining('65536') }],
  [
    { kind: 'too-many', retryAfterSeconds: 30 },
    429,
    { detail: 'Request was throttled. Expected available in 30 seconds.' },
  ],
  [
    { kind: 'too-many', retryAfterSeconds: 1 },
    429,
    { detail: 'Request was throttled. Expected available in 1 second.' },
  ],
  [{ kind: 'unexpected', reference: 'reference-1' }, 500, { detail: expect.stringContaining('reference-1') }],
];

describe('a problem', () => {
  test.each(problems)('%j', (problem, status, body) => {
    expect(avala.word(problem)).toMatchObject({ status, body });
    expect(Object.keys(avala.word(problem).body ?? {})).toHaveLength(1);
  });

  test('of several fields is a map of messages, several for one', () => {
    const faults = [
      { field: 'name', code: 'blank', message: "can't be blank" },
      { field: 'limit', code: 'invalid', message: 'must be a whole number from 1' },
      { field: 'name', code: 'invalid', message: 'Unsupported name: x' },
    ] as const;
    expect(avala.word({ kind: 'invalid', faults })).toMatchObject({
      status: 400,
      body: {
        name: ["This field can't be blank.", 'Unsupported name: x'],
        limit: ['This field must be a whole number from 1.'],
      },
    });
  });

  test('that asks to come back says when, in whole numbers, and when all is there again', () => {
    const now = 1_705_312_200_400;
    const { allowance } = takeFromBucket(now + 60_000, 2, now);
    expect(avala.word({ kind: 'too-many', retryAfterSeconds: 30, allowance }).headers).toEqual({
      'retry-after': '30',
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1705312261',
    });
    expect(avala.word({ kind: 'too-many', retryAfterSeconds: 30 }).headers).toEqual({ 'retry-after': '30' });
    expect(avala.word({ kind: 'not-found' }).headers).toEqual({});
    expect(rateLimitHeaders(undefined)).toEqual({});
  });
});
