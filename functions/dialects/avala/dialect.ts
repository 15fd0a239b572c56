import type { Fault } from '../../core/validation/result.ts';
import type { Dialect } from '../../http/dialect.ts';
import { type Problem, statusOf } from '../../http/problem.ts';
import { secondsInWords, wordProblem } from '../../http/problem-message.ts';
import type { Response } from '../../http/response.ts';
import { noField, wordDiagnosis } from './names.ts';
import { rateLimitHeaders } from './rate-limit.ts';

/**
 * Avala's error bodies (document, "Error Responses"): a 400 is always a map from field to messages, everything else one
 * sentence under `detail`.
 */
export const avala: Dialect = {
  name: 'avala',
  word: (problem): Response => ({ status: statusOf(problem), body: bodyFor(problem), headers: headersFor(problem) }),
};

function headersFor(problem: Problem): Readonly<Record<string, string>> {
  if (problem.kind !== 'too-many') return {};
  return { 'retry-after': String(problem.retryAfterSeconds), ...rateLimitHeaders(problem.allowance) };
}

type Body = { readonly detail: string } | Readonly<Record<string, readonly string[]>>;

function bodyFor(problem: Problem): Body {
  switch (problem.kind) {
    case 'unauthenticated':
      return { detail: 'Invalid API key.' };
    case 'forbidden': {
      const sentence = 'You do not have permission to perform this action.';
      return { detail: problem.scope === undefined ? sentence : `${sentence} ${wordProblem(problem)}` };
    }
    case 'not-found':
      return { detail: 'Not found.' };
    case 'malformed':
      return { [noField]: [problem.message] };
    case 'invalid':
      return messagesByField(problem.faults);
    case 'refused-by-storage':
      return { [problem.field ?? noField]: [wordDiagnosis(problem.diagnosis)] };
    case 'too-many':
      return { detail: `Request was throttled. Expected available in ${secondsInWords(problem.retryAfterSeconds)}.` };
    default:
      return { detail: wordProblem(problem, 'storage configs') };
  }
}

const messagesByField = (faults: readonly Fault<string>[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Array.from(
      Map.groupBy(faults, ({ field }) => field),
      ([field, of]) => [field, of.map(sentence)],
    ),
  );

/** A message that begins with a capital is a sentence of its own; the others say what is wrong with the field. */
const sentence = ({ message }: Fault<string>): string => (/^[A-Z]/.test(message) ? message : `This field ${message}.`);
