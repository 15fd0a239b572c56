import type { RateLimitStatus } from '../core/access/rate-limit.ts';
import type { Scope } from '../core/access/scope.ts';
import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import { Throttled } from '../core/ports.ts';
import type { Fault } from '../core/validation/result.ts';

/**
 * Everything a request can be refused for, once for all dialects; each words it in its own body. The status is part
 * of the mechanism, the body of the dialect.
 */
export type Problem =
  /** No key, a wrong one, one of another organization, an organization that does not exist: all alike. */
  | { readonly kind: 'unauthenticated' }
  /** `scope`: the one that the key or token lacks, where that is the reason. */
  | { readonly kind: 'forbidden'; readonly scope?: Scope }
  /** `field`: what named it, in the dialect's words, where a dialect says so. */
  | { readonly kind: 'not-found'; readonly field?: string }
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'invalid'; readonly faults: readonly NamedFault[] }
  /** The storage refuses what was to be stored. */
  /** `field`: what the API calls the field at fault, where the diagnosis alone does not tell. */
  | { readonly kind: 'refused-by-storage'; readonly diagnosis: Diagnosis; readonly field?: string }
  /** Somebody else changed the same thing at the same time. */
  | { readonly kind: 'conflict' }
  /** The organization has as many connections as it may. */
  | { readonly kind: 'full'; readonly most: number }
  | { readonly kind: 'too-large'; readonly limitBytes: number }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number; readonly allowance?: RateLimitStatus }
  /** A bug or a broken deployment. `reference` finds the log line; nothing else is said. */
  | { readonly kind: 'unexpected'; readonly reference: string };

/** A fault under the dialect's own name for the field. */
export interface NamedFault extends Fault<string> {
  /** What was refused, where the dialect repeats it and it can be no secret. */
  readonly value?: string | number | boolean;
}

/**
 * The status that goes with a problem (RFC 9110). A field that is wrong is 400, and 409 where all that is wrong is that
 * something else has the value, unless a dialect documents another.
 */
export function statusOf(problem: Problem): number {
  switch (problem.kind) {
    case 'unauthenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'not-found':
      return 404;
    case 'malformed':
    case 'refused-by-storage':
      return 400;
    case 'invalid':
      return problem.faults.every(({ code }) => code === 'taken') ? 409 : 400;
    case 'conflict':
    case 'full':
      return 409;
    case 'too-large':
      return 413;
    case 'too-many':
      return 429;
    case 'unexpected':
      return 500;
  }
}

/** Carries a problem out of the depth of an endpoint to the one place that words it. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

/** What a request is refused for, when something was thrown. @param reference finds the log line of a bug */
export function problemOf(error: unknown, reference: string): Problem {
  if (error instanceof Refused) return error.problem;
  if (error instanceof Throttled) {
    const { retryAfterSeconds, allowance } = error;
    return { kind: 'too-many', retryAfterSeconds, ...(allowance && { allowance }) };
  }
  return { kind: 'unexpected', reference };
}
