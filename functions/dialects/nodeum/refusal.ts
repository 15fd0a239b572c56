import type { Fault } from '../../core/validation/result.ts';
import { secretFormOf } from '../../core/validation/secret-form.ts';
import { type NamedFault, Refused } from '../../http/problem.ts';

/** What these hold may be a secret, even where it was refused as one. */
const withheld: ReadonlySet<string> = new Set(['secret_key', 'access_key', 'url_proxy']);

/** Longest value that is said again, in characters. */
const longest = 255;

/**
 * A refusal that repeats what was refused, as this API does (`invalid{value}`, `taken{value}`), unless that may be a
 * secret.
 *
 * @param given what was sent, by this API's names
 */
export const refuse = (faults: readonly Fault<string>[], given: Readonly<Record<string, unknown>>): Refused =>
  new Refused({
    kind: 'invalid',
    faults: faults.map((fault): NamedFault => {
      const value = sayable(fault, given[fault.field]);
      return value === undefined ? fault : { ...fault, value };
    }),
  });

function sayable({ field, code }: Fault<string>, value: unknown): NamedFault['value'] {
  if (code !== 'invalid' && code !== 'taken') return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return withheld.has(field) ? undefined : value;
  if (typeof value !== 'string' || value.length > longest || withheld.has(field)) return undefined;
  if (secretFormOf(value) !== undefined) return undefined;
  // Where a URL may hold a secret: its user, its query, its parameters.
  return field === 'url' && /[@?#;=%]/.test(value) ? undefined : value;
}

/** Runs what reads a request, and has its refusal repeat what was refused. */
export function repeatValues<T>(given: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.kind !== 'invalid') throw error;
    const values = typeof given === 'object' && given !== null ? Object.fromEntries(Object.entries(given)) : {};
    throw refuse(error.problem.faults, values);
  }
}

export const nameTaken = (name: string | undefined) =>
  refuse([{ field: 'name', code: 'taken', message: 'has already been taken' }], { name });
