import type { Field } from '../diagnosis/field.ts';

/**
 * Why an input field was refused, in the words every dialect can put its own names to. The codes are those that
 * Nodeum's error envelope carries; most others show the message only. `taken`: nothing is wrong with the value, but
 * something else has it already.
 */
export interface Fault<F extends string = Field> {
  readonly field: F;
  readonly code: 'blank' | 'invalid' | 'too_long' | 'taken';
  /** One sentence without the field's name and without the refused value: the value may be a secret. */
  readonly message: string;
  /** With `too_long`: the most there may be, in characters or items. */
  readonly count?: number;
}

/** The fault of a text of more than `most` characters. */
export const tooLong = <F extends string>(field: F, most: number): Fault<F> => ({
  ...{ field, code: 'too_long', count: most },
  message: `must be at most ${most} characters long`,
});

/** What parsing gives: a value that needs no further checks, or every fault found, in the order of the fields. */
export type Parsed<T, F extends string = Field> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault<F>[] };

/** The faults of several parses, in their order. */
export const faultsOf = <F extends string>(...parses: readonly Parsed<unknown, F>[]): readonly Fault<F>[] =>
  parses.flatMap((parsed) => (parsed.ok ? [] : parsed.faults));

/** Two parses as one: both values, or the faults of both. */
export function both<A, B, F extends string = Field>(a: Parsed<A, F>, b: Parsed<B, F>): Parsed<readonly [A, B], F> {
  if (a.ok && b.ok) return { ok: true, value: [a.value, b.value] };
  return { ok: false, faults: [...(a.ok ? [] : a.faults), ...(b.ok ? [] : b.faults)] };
}
