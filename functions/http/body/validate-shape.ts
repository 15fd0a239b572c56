import type * as z from 'zod/mini';
import type { Fault } from '../../core/validation/result.ts';
import { Refused } from '../problem.ts';

/**
 * Checks that a JSON body is an object of the shape a dialect's document gives: required properties there, types
 * right. Unknown properties are ignored (functions/dialects/README.md: clients read, modify and write back).
 *
 * @throws Refused `malformed` for anything but an object, `invalid` with one fault per wrong property
 */
export function parseBody<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refused({ kind: 'malformed', message: 'The request body must be a JSON object.' });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const given = new Map<PropertyKey, unknown>(Object.entries(body));
  const faults = parsed.error.issues.map((issue): Fault<string> => {
    const field = issue.path.map(String).join('.');
    const missing = issue.path.length === 1 && issue.path[0] !== undefined && given.get(issue.path[0]) === undefined;
    return missing
      ? { field, code: 'blank', message: 'is required' }
      : { field, code: 'invalid', message: expectation(issue) };
  });
  throw new Refused({ kind: 'invalid', faults });
}

/** What the value should have been; never the value itself, which may be a secret. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected === 'int' ? 'integer' : issue.expected}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    default:
      return 'is not valid';
  }
}
