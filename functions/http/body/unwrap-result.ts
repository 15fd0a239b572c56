import type { Fault, Parsed } from '../../core/validation/result.ts';
import { Refused } from '../problem.ts';

/** Unwraps a parse. @throws Refused `invalid` with every fault, its fields named as the dialect names them */
export function unwrapOrRefuse<T, F extends string>(parsed: Parsed<T, F>, wireName: (field: F) => string): T {
  if (parsed.ok) return parsed.value;
  const faults = parsed.faults.map((fault): Fault<string> => ({ ...fault, field: wireName(fault.field) }));
  throw new Refused({ kind: 'invalid', faults });
}
