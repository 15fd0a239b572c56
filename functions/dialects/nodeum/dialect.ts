import type { Dialect } from '../../http/dialect.ts';
import { type NamedFault, type Problem, statusOf } from '../../http/problem.ts';
import { wordProblem } from '../../http/problem-message.ts';
import type { Response } from '../../http/response.ts';
import { wireName, wordDiagnosis } from './names.ts';

/** Nodeum's error body (document, schema `error`), for every status. */
export const nodeum: Dialect = {
  name: 'nodeum',
  word: (problem): Response => ({
    status: nodeumStatusOf(problem),
    body: envelope(problem),
    ...(problem.kind === 'too-many' && { headers: { 'retry-after': String(problem.retryAfterSeconds) } }),
  }),
};

/** A resource that is not correctly formatted is 422 (document, `unprocessable_entity`), a name that is taken too. */
function nodeumStatusOf(problem: Problem): number {
  switch (problem.kind) {
    case 'malformed':
    case 'invalid':
    case 'refused-by-storage':
      return 422;
    default:
      return statusOf(problem);
  }
}

/** The document's `attribute_error`; which of the others are there depends on the code (dialects/README.md). */
interface AttributeError {
  readonly error: NamedFault['code'] | 'not_found';
  readonly value?: NamedFault['value'];
  readonly count?: number;
}

interface Envelope {
  readonly details: Readonly<Record<string, readonly AttributeError[]>>;
  readonly messages: readonly string[];
}

function envelope(problem: Problem): Envelope {
  switch (problem.kind) {
    case 'unauthenticated':
      return { details: {}, messages: ['No valid API key. Send one in the Authorization header.'] };
    case 'not-found': {
      const { field = 'id' } = problem;
      return { details: { [field]: [{ error: 'not_found' }] }, messages: [`${field} was not found.`] };
    }
    case 'invalid':
      return {
        details: Object.fromEntries(
          Array.from(
            Map.groupBy(problem.faults, ({ field }) => field),
            ([field, faults]) => [field, faults.map(attributeError)],
          ),
        ),
        messages: problem.faults.map(({ field, message }) => `${field} ${message}`),
      };
    case 'refused-by-storage': {
      const { field } = problem.diagnosis;
      return {
        details: field ? { [wireName(field)]: [{ error: 'invalid' }] } : {},
        messages: [wordDiagnosis(problem.diagnosis)],
      };
    }
    default:
      return { details: {}, messages: [wordProblem(problem)] };
  }
}

const attributeError = ({ code, value, count }: NamedFault): AttributeError => ({
  error: code,
  ...(value !== undefined && { value }),
  ...(count !== undefined && { count }),
});
