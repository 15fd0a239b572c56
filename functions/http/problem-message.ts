import type { Problem } from './problem.ts';

/** Problems that every API words alike, but for where the sentence goes. */
export type CommonProblem = Extract<
  Problem,
  { readonly kind: 'forbidden' | 'malformed' | 'conflict' | 'full' | 'too-large' | 'too-many' | 'unexpected' }
>;

/**
 * Words a problem as one sentence, for every dialect to put where its sentences go.
 *
 * @param connections what the API calls connections, in the plural
 */
export function wordProblem(problem: CommonProblem, connections = 'connections'): string {
  switch (problem.kind) {
    case 'forbidden':
      return problem.scope === undefined
        ? 'This API key may not do that.'
        : `This API key may not do that: it lacks the scope ${problem.scope}.`;
    case 'malformed':
      return problem.message;
    case 'conflict':
      return 'Another request changed this at the same time. Read it again and repeat what still applies.';
    case 'full':
      return `This organization has reached its limit of ${problem.most} ${connections}.`;
    case 'too-large':
      return `The request body is larger than ${problem.limitBytes} bytes.`;
    case 'too-many':
      return `Too many requests. Try again in ${secondsInWords(problem.retryAfterSeconds)}.`;
    case 'unexpected':
      return `Something went wrong on our side. Quote ${problem.reference} when you report it.`;
  }
}

/** Words a whole number of seconds: `1 second`, `2 seconds`. */
export const secondsInWords = (count: number): string => (count === 1 ? '1 second' : `${count} seconds`);
