import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Fault } from '../../../functions/core/validation/result.ts';
import { admin } from '../../../functions/dialects/admin/dialect.ts';
import type { Problem } from '../../../functions/http/problem.ts';

const wrong: Fault<string> = { field: 'slug', code: 'invalid', message: 'must be better' };
const taken: Fault<string> = { field: 'id', code: 'taken', message: 'is another’s' };

const problems: readonly (readonly [Problem, number, string])[] = [
  [{ kind: 'unauthenticated' }, 401, 'Unauthorized'],
  [{ kind: 'forbidden' }, 403, 'Forbidden'],
  [{ kind: 'not-found' }, 404, 'Not Found'],
  [{ kind: 'malformed', message: 'It is no JSON.' }, 400, 'Bad Request'],
  [{ kind: 'invalid', faults: [wrong] }, 400, 'Bad Request'],
  [{ kind: 'invalid', faults: [wrong, taken] }, 400, 'Bad Request'],
  [{ kind: 'invalid', faults: [taken] }, 409, 'Conflict'],
  [{ kind: 'refused-by-storage', diagnosis: diagnose('secret-key-wrong') }, 400, 'Bad Request'],
  [{ kind: 'conflict' }, 409, 'Conflict'],
  [{ kind: 'too-large', limitBytes: 65_536 }, 413, 'Content Too Large'],
  [{ kind: 'too-many', retryAfterSeconds: 7 }, 429, 'Too Many Requests'],
  [{ kind: 'unexpected', reference: 'reference-1' }, 500, 'Internal Server Error'],
];

describe('a problem', () => {
  test.each(problems)('%j is worded as RFC 9457 has it', (problem, status, title) => {
    const answer = admin.word(problem);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
    expect(answer.body).toMatchObject({ type: 'about:blank', title, status, detail: expect.stringMatching(/\.$/) });
    expect(answer.body).toEqual(
      problem.kind === 'invalid'
        ? expect.objectContaining({ errors: problem.faults })
        : expect.not.objectContaining({ errors: expect.anything() }),
    );
  });

  test('that asks to come back says when, others do not', () => {
    expect(admin.word({ kind: 'too-many', retryAfterSeconds: 7 }).headers).toHaveProperty('retry-after', '7');
    expect(admin.word({ kind: 'not-found' }).headers).not.toHaveProperty('retry-after');
  });

  test('of ours gives the reference and nothing else', () => {
    expect(admin.word({ kind: 'unexpected', reference: 'reference-1' }).body).toMatchObject({
      detail: expect.stringContaining('reference-1'),
    });
  });
});
