import type { Problem } from './problem.ts';
import type { Response } from './response.ts';

/** What tells one published API from another: everything else about its endpoints is shared. */
export interface Dialect {
  /** The folder under `dialects/`; part of function names. */
  readonly name: string;
  /** Words a problem in the API's own error body. Exhaustive: a new problem does not compile until it is worded. */
  word(problem: Problem): Response;
}
