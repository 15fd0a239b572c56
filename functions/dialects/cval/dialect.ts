import type { Dialect } from '../../http/dialect.ts';
import { type Problem, statusOf } from '../../http/problem.ts';
import { wordProblem } from '../../http/problem-message.ts';
import type { Response } from '../../http/response.ts';
import { wordDiagnosis } from './names.ts';

/**
 * CVAL's error body: `detail`, always one sentence. Its client makes an exception of its own of 403, 404, 406, 409 and
 * 422, a general one of the rest, and puts the whole body into either (dialects/README.md), so that the sentence is
 * what people read. Frameworks like the one that CVAL uses answer a list of objects to a wrong field; a program would
 * have to expect both then, and nobody reads the better for it.
 */
export const cval: Dialect = {
  name: 'cval',
  word: (problem): Response => ({
    status: cvalStatusOf(problem),
    body: { detail: sentenceFor(problem) },
    ...(problem.kind === 'too-many' && { headers: { 'retry-after': String(problem.retryAfterSeconds) } }),
  }),
};

/** What is wrong with what was sent is 422, whether the service or the storage refuses it. */
function cvalStatusOf(problem: Problem): number {
  switch (problem.kind) {
    case 'malformed':
    case 'invalid':
    case 'refused-by-storage':
      return 422;
    default:
      return statusOf(problem);
  }
}

function sentenceFor(problem: Problem): string {
  switch (problem.kind) {
    case 'unauthenticated':
      return 'No valid API key. Send one in the Authorization header, as user_api_key:<key>.';
    case 'not-found':
      return 'There is no such storage.';
    case 'invalid':
      return `${problem.faults.map(({ field, message }) => `${field} ${message}`).join('; ')}.`;
    case 'refused-by-storage':
      return wordDiagnosis(problem.diagnosis);
    default:
      return wordProblem(problem);
  }
}
