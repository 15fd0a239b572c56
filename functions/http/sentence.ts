import type { Problem } from './problem.ts';

/** Problems about which no API has words of its own. */
type Common = Extract<
  Problem,
  { readonly kind: 'malformed' | 'conflict' | 'full' | 'too-large' | 'too-many' | 'unexpected' }
>;

/**
 * One sentence about what is wrong, for every dialect to put where its sentences go.
 *
 * @param connections what the API calls connections
 */
export function sentenceOf(problem: Common, connections = 'connections'): string {
  switch (problem.kind) {
    case 'malformed':
      return problem.message;
    case 'conflict':
      return 'Somebody else changed this at the same time. Look at it again and repeat what still applies.';
    case 'full':
      return `This organization has ${problem.most} ${connections}, which is all it can have.`;
    case 'too-large':
      return `The request body is larger than ${problem.limitBytes} bytes.`;
    case 'too-many':
      return `Too many requests. Try again in ${problem.retryAfterSeconds} seconds.`;
    case 'unexpected':
      return `Something went wrong on our side. Quote ${problem.reference} when you report it.`;
  }
}
