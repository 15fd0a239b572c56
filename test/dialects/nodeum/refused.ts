import { type Problem, Refused } from '../../../functions/http/problem.ts';

/** What reading is refused for; undefined when it is not. */
export function problemOf(read: () => unknown): Problem | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}

/** The faults that reading is refused for, as `field code`. */
export function faultsOf(read: () => unknown): readonly string[] {
  const problem = problemOf(read);
  return problem?.kind === 'invalid' ? problem.faults.map(({ field, code }) => `${field} ${code}`) : [];
}
