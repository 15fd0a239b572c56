import type { Dialect } from '../../http/dialect.ts';
import { type Problem, statusOf } from '../../http/problem.ts';
import { wordProblem } from '../../http/problem-message.ts';
import type { Response } from '../../http/response.ts';
import { wordDiagnosis } from './names.ts';

/** Edge Impulse's error body: `success: false` and one sentence (document, GenericApiResponse). */
export const edgeImpulse: Dialect = {
  name: 'edge-impulse',
  word: (problem): Response => ({
    status: statusOf(problem),
    body: { success: false, error: sentenceFor(problem) },
    ...(problem.kind === 'too-many' && { headers: { 'retry-after': String(problem.retryAfterSeconds) } }),
  }),
};

function sentenceFor(problem: Problem): string {
  switch (problem.kind) {
    case 'unauthenticated':
      return 'No valid API key for this organization. Send one of its keys in the x-api-key header.';
    case 'not-found':
      return problem.field === undefined ? 'Not found.' : `${problem.field} was not found.`;
    case 'invalid':
      return `${problem.faults.map(({ field, message }) => `${field} ${message}`).join('; ')}.`;
    case 'refused-by-storage':
      return wordDiagnosis(problem.diagnosis);
    default:
      return wordProblem(problem, 'buckets');
  }
}
