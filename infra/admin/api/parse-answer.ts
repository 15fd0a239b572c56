import * as z from 'zod/mini';
import { stop } from '../errors.ts';
import { printable } from '../output/terminal.ts';
import type { Target } from '../target.ts';
import type { Ask } from './ask.ts';
import { credentialFault } from './credential-errors.ts';

/** RFC 9457, with the fields at fault. What API Gateway answers by itself has a `detail` as well. */
const problem = z.object({
  detail: z.string(),
  errors: z.catch(z.array(z.object({ field: z.string(), message: z.string() })), []),
});

/** The JSON of an answer that is a success. @throws Stopped with what the API says, when it is not */
export function readAnswer(
  { status, headers, ok }: Pick<Response, 'status' | 'headers' | 'ok'>,
  text: string,
  target: Target,
  ask: Ask,
): unknown {
  const body = parsed(text);
  if (ok && body !== undefined) return body;
  if (ok) return stop(notUnderstood(target.name));
  // API Gateway's own answer, in which it names its error: the function has not seen the request.
  const errorType = headers.get('x-amzn-errortype');
  const isOurs = errorType === null && headers.get('content-type')?.startsWith('application/problem+json');
  if (status === 403 && !isOurs) return stop(refusedByIam(errorType ?? '', target.resource(ask.method, ask.path)));
  const said = problem.safeParse(body);
  if (said.success && isOurs) {
    const { detail, errors } = said.data;
    return stop(...[detail, ...errors.map(({ field, message }) => `  ${field} ${message}`)].map(printable));
  }
  return stop(`${target.name} answered ${status}${said.success ? `: ${printable(said.data.detail)}` : '.'}`);
}

/** The part of an answer that is needed, in its type. @throws Stopped when the answer is of another form */
export function understood<T>(schema: z.ZodMiniType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  return result.success ? result.data : stop(notUnderstood('The API'));
}

const notUnderstood = (name: string): string =>
  `${name} gave an answer that is not understood: this program and the deployment may be of different versions.`;

/** By the name that API Gateway gives its error in a header. */
function refusedByIam(errorType: string, resource: string): string {
  const [name = ''] = errorType.split(':');
  return credentialFault(name) ?? `Your AWS identity may not call execute-api:Invoke on ${resource}.`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
