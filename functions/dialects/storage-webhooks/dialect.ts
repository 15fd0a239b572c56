import type { Dialect } from '../../http/dialect.ts';
import { type Problem, statusOf } from '../../http/problem.ts';
import { wordProblem } from '../../http/problem-message.ts';

/**
 * What is answered to services that tell of changes. They look at the status only, so that the sentence is for the
 * person who looks into why their events do not arrive.
 */
export const storageWebhooks: Dialect = {
  name: 'storage-webhooks',
  word: (problem) => ({
    status: statusOf(problem),
    body: { error: sentenceFor(problem) },
    ...(problem.kind === 'too-many' && { headers: { 'retry-after': String(problem.retryAfterSeconds) } }),
  }),
};

function sentenceFor(problem: Problem): string {
  switch (problem.kind) {
    case 'unauthenticated':
    case 'forbidden':
      return 'No valid token. Send one of a sender that this deployment takes events of, as a bearer token.';
    case 'not-found':
      return 'There is no such thing.';
    case 'invalid':
      return 'The request is not as it should be.';
    case 'refused-by-storage':
      return problem.diagnosis.sentence;
    default:
      return wordProblem(problem);
  }
}
