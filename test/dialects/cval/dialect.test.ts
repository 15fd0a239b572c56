import { describe, expect, test } from 'vitest';
import { diagnosisCodes } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { cval } from '../../../functions/dialects/cval/dialect.ts';
import { wordDiagnosis } from '../../../functions/dialects/cval/names.ts';
import type { Problem } from '../../../functions/http/problem.ts';

const problems: readonly (readonly [Problem, number])[] = [
  [{ kind: 'unauthenticated' }, 401],
  [{ kind: 'forbidden' }, 403],
  [{ kind: 'not-found' }, 404],
  [{ kind: 'malformed', message: 'It is no JSON.' }, 422],
  [{ kind: 'invalid', faults: [{ field: 'bucket', code: 'blank', message: 'is required' }] }, 422],
  [{ kind: 'refused-by-storage', diagnosis: diagnose('secret-key-wrong') }, 422],
  [{ kind: 'conflict' }, 409],
  [{ kind: 'full', most: 10_000 }, 409],
  [{ kind: 'too-large', limitBytes: 65_536 }, 413],
  [{ kind: 'too-many', retryAfterSeconds: 7 }, 429],
  [{ kind: 'unexpected', reference: 'reference-1' }, 500],
];

describe('a problem', () => {
  test.each(problems)('%j is one sentence under `detail`', (problem, status) => {
    const { body, ...answer } = cval.word(problem);
    expect(answer.status).toBe(status);
    expect(body).toEqual({ detail: expect.stringMatching(/\.$/) });
  });

  test('that asks to come back says when, others do not', () => {
    expect(cval.word({ kind: 'too-many', retryAfterSeconds: 7 }).headers).toEqual({ 'retry-after': '7' });
    expect(cval.word({ kind: 'conflict' }).headers).toBeUndefined();
  });

  test('of several fields names them all', () => {
    const faults = [
      { field: 'endpoint', code: 'blank', message: "can't be blank" },
      { field: 'synchronize', code: 'invalid', message: 'must be a boolean' },
    ] as const;
    expect(cval.word({ kind: 'invalid', faults }).body).toEqual({
      detail: "endpoint can't be blank; synchronize must be a boolean.",
    });
  });

  test('of ours gives the reference', () => {
    expect(cval.word({ kind: 'unexpected', reference: 'reference-1' }).body).toEqual({
      detail: expect.stringContaining('reference-1'),
    });
  });
});

test('a diagnosis names a field that the document has, or none', () => {
  const fields = diagnosisCodes.map((code) => {
    const diagnosis = code === 'region-wrong' ? diagnose(code, { region: 'eu-west-1' }) : diagnose(code);
    return /^(\w+): /.exec(wordDiagnosis(diagnosis))?.[1];
  });
  expect(new Set(fields)).toEqual(new Set(['endpoint', 'bucket', 'access_key', 'secret_key', undefined]));
});
