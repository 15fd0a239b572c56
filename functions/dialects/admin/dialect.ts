import type { Fault } from '../../core/validation/result.ts';
import type { Dialect } from '../../http/dialect.ts';
import { type Problem, statusOf } from '../../http/problem.ts';
import { wordProblem } from '../../http/problem-message.ts';

/** Problem details (RFC 9457), with the fields at fault where there are some. */
interface ProblemDetails {
  /** The status says it all (RFC 9457, section 4.2.1). */
  readonly type: 'about:blank';
  /** The status in words, as the RFC asks for with that type. */
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Fault<string>[];
}

/** The operator's API. No published document: `README.md` is the one there is. */
export const admin: Dialect = {
  name: 'admin',
  word: (problem) => {
    const body: ProblemDetails = {
      type: 'about:blank',
      title: titleOf(problem),
      status: statusOf(problem),
      detail: detailOf(problem),
      ...(problem.kind === 'invalid' && {
        errors: problem.faults.map(({ field, code, message }) => ({ field, code, message })),
      }),
    };
    return {
      status: body.status,
      body,
      headers: {
        'content-type': 'application/problem+json',
        ...(problem.kind === 'too-many' && { 'retry-after': String(problem.retryAfterSeconds) }),
      },
    };
  },
};

/** RFC 9110 and RFC 6585. */
function titleOf(problem: Problem): string {
  switch (problem.kind) {
    case 'unauthenticated':
      return 'Unauthorized';
    case 'forbidden':
      return 'Forbidden';
    case 'not-found':
      return 'Not Found';
    case 'malformed':
    case 'refused-by-storage':
      return 'Bad Request';
    case 'invalid':
      return statusOf(problem) === 409 ? 'Conflict' : 'Bad Request';
    case 'conflict':
      return 'Conflict';
    case 'full':
      return 'Conflict';
    case 'too-large':
      return 'Content Too Large';
    case 'too-many':
      return 'Too Many Requests';
    case 'unexpected':
      return 'Internal Server Error';
  }
}

function detailOf(problem: Problem): string {
  switch (problem.kind) {
    case 'unauthenticated':
      return 'The request is not signed with AWS credentials.';
    case 'forbidden':
      return 'You may not do that.';
    case 'not-found':
      return 'There is no such organization, key or connection.';
    case 'invalid':
      return statusOf(problem) === 409
        ? 'Something else has this already; nothing was done.'
        : 'The request is not as it should be; nothing was done.';
    case 'refused-by-storage':
      return problem.diagnosis.sentence;
    case 'unexpected':
      return `Something went wrong. The function's log says more under ${problem.reference}.`;
    default:
      return wordProblem(problem);
  }
}
