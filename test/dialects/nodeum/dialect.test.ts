import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { nodeum } from '../../../functions/dialects/nodeum/dialect.ts';
import type { Problem } from '../../../functions/http/problem.ts';

describe('the envelope', () => {
  test.each<[Problem, number, object]>([
    [{ kind: 'unauthenticated' }, 401, {}],
    [{ kind: 'forbidden' }, 403, {}],
    [{ kind: 'not-found' }, 404, { id: [{ error: 'not_found' }] }],
    [{ kind: 'not-found', field: 'job_id' }, 404, { job_id: [{ error: 'not_found' }] }],
    [{ kind: 'malformed', message: 'No JSON.' }, 422, {}],
    [
      { kind: 'refused-by-storage', diagnosis: diagnose('role-malformed') },
      422,
      { access_key: [{ error: 'invalid' }] },
    ],
    [{ kind: 'refused-by-storage', diagnosis: diagnose('interrupted') }, 422, {}],
    [{ kind: 'conflict' }, 409, {}],
    [{ kind: 'full', most: 9 }, 409, {}],
    [{ kind: 'too-large', limitBytes: 9 }, 413, {}],
    [{ kind: 'too-many', retryAfterSeconds: 9 }, 429, {}],
    [{ kind: 'unexpected', reference: 'r' }, 500, {}],
  ])('of %j is %i with %j', (problem, status, details) => {
    const answer = nodeum.word(problem);
    expect(answer).toMatchObject({ status, body: { messages: [expect.stringMatching(/./)] } });
    expect(answer.body).toHaveProperty('details', details);
    expect(answer.headers).toEqual(problem.kind === 'too-many' ? { 'retry-after': '9' } : undefined);
  });

  test('of faults groups them by attribute, with what their codes call for', () => {
    const answer = nodeum.word({
      kind: 'invalid',
      faults: [
        { field: 'name', code: 'too_long', count: 255, message: 'must be shorter' },
        { field: 'name', code: 'taken', value: 'c', message: 'has already been taken' },
        { field: 'url', code: 'invalid', message: 'is none' },
        { field: 'limit', code: 'invalid', value: 0, message: 'is none' },
        { field: 'secret_key', code: 'blank', message: "can't be blank" },
      ],
    });
    expect(answer).toEqual({
      status: 422,
      body: {
        details: {
          name: [
            { error: 'too_long', count: 255 },
            { error: 'taken', value: 'c' },
          ],
          url: [{ error: 'invalid' }],
          limit: [{ error: 'invalid', value: 0 }],
          secret_key: [{ error: 'blank' }],
        },
        messages: [
          ...['name must be shorter', 'name has already been taken', 'url is none', 'limit is none'],
          "secret_key can't be blank",
        ],
      },
    });
  });

  test('of a taken name alone is 422 too', () => {
    expect(nodeum.word({ kind: 'invalid', faults: [{ field: 'name', code: 'taken', message: 'x' }] }).status).toBe(422);
  });
});
