import type { Field } from './field.ts';

/**
 * Why an input field was refused, in the words every dialect can put its own names to. The codes are those that
 * Nodeum's error envelope carries; the others show the message only.
 */
export interface Fault<F extends string = Field> {
  readonly field: F;
  readonly code: 'blank' | 'invalid' | 'too_long';
  /** One sentence without the field's name and without the refused value: the value may be a secret. */
  readonly message: string;
}

/** What parsing gives: a value that needs no further checks, or every fault found, in the order of the fields. */
export type Parsed<T, F extends string = Field> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault<F>[] };
