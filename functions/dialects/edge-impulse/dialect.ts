import type { Answer } from '../../http/answer.ts';
import type { Dialect } from '../../http/dialect.ts';
import { type Problem, statusOf } from '../../http/problem.ts';
import { wordDiagnosis } from './names.ts';

/** Edge Impulse's error body: `success: false` and one sentence (document, GenericApiResponse). */
export const edgeImpulse: Dialect = {
  name: 'edge-impulse',
  word: (problem): Answer => ({
    status: statusOf(problem),
    body: { success: false, error: sentenceFor(problem) },
    ...(problem.kind === 'too-many' && { headers: { 'retry-after': String(problem.retryAfterSeconds) } }),
  }),
};

function sentenceFor(problem: Problem): string {
  switch (problem.kind) {
    case 'unauthenticated':
      return 'No valid API key for this organization. Send one of its keys in the x-api-key header.';
    case 'forbidden':
      return 'This API key may not do that.';
    case 'not-found':
      return 'Not found.';
    case 'malformed':
      return problem.message;
    case 'invalid':
      return `${problem.faults.map(({ field, message }) => `${field} ${message}`).join('; ')}.`;
    case 'refused-by-storage':
      return wordDiagnosis(problem.diagnosis);
    case 'conflict':
      return 'Somebody else changed this at the same time. Look at it again and repeat what still applies.';
    case 'full':
      return `This organization has ${problem.most} buckets, which is all it can have.`;
    case 'too-large':
      return `The request body is larger than ${problem.limitBytes} bytes.`;
    case 'too-many':
      return `Too many requests. Try again in ${problem.retryAfterSeconds} seconds.`;
    case 'unexpected':
      return `Something went wrong on our side. Quote ${problem.reference} when you report it.`;
  }
}
