import type { SenderService } from '../../core/access/webhook-sender.ts';
import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';
import type { JanitorReport } from '../../core/janitor/janitor.ts';

/**
 * Lines for Lambda's own structured logging: functions are deployed with the JSON log format, which puts an object
 * under `message` and adds time, level and the invocation's id. A logging library would do no more, and costs every
 * cold start 6 ms.
 */

/** One line per request: what was asked and how it ended, nothing of what was in it. */
export function logRequest(endpoint: string, requestId: string, status: number): void {
  console.info({ event: 'request', endpoint, requestId, status });
}

/**
 * A bug or a broken deployment. The names of the errors and where they arose, but not their messages: those of SDKs
 * and parsers quote what remote hosts and callers sent.
 */
export function logUnexpected(where: string, reference: string, error: unknown): void {
  console.error({ event: 'unexpected', where, reference, errors: errorChain(error) });
}

/** Why no token can be verified. Of the network it is a code of `core/diagnosis.ts`; nothing the issuer said. */
export interface IssuerTrouble {
  readonly code: 'issuer-unreachable' | 'issuer-unreadable' | 'issuer-differs' | 'token-settings-wrong';
  readonly network?: Exclude<DiagnosisCode, 'region-wrong'>;
}

/** The issuer of tokens, or what the deployment says about it, is of no use. Callers are told nothing of it. */
export function logIssuer(trouble: IssuerTrouble): void {
  console.error({ event: 'token-issuer', ...trouble });
}

/** The issuer of the tokens of those who tell of changes at a storage; they are asked to come back. */
export function logSenderIssuer(of: SenderService, trouble: IssuerTrouble): void {
  console.error({ event: 'sender-issuer', of, ...trouble });
}

/** One line per run of the janitor: how much it mended of what, and whether it came to the end of a round. */
export function logJanitor(report: JanitorReport): void {
  console.info({ event: 'janitor', ...report });
}

interface LoggedError {
  readonly name: string;
  readonly frames: readonly string[];
}

const longestChain = 5;

function errorChain(error: unknown): readonly LoggedError[] {
  const chain: LoggedError[] = [];
  for (
    let at = error;
    at !== undefined && chain.length < longestChain;
    at = at instanceof Error ? at.cause : undefined
  ) {
    chain.push(at instanceof Error ? { name: at.name, frames: framesOf(at) } : { name: typeof at, frames: [] });
  }
  return chain;
}

/**
 * Where an error arose. The stack begins with the message, whose own lines may look like frames; one whose message was
 * changed since cannot be told apart from it, so nothing of it is taken.
 */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const begins = stack.indexOf(message);
  if (begins === -1) return [];
  const lines = stack.slice(begins + message.length).split('\n');
  return lines.flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : []));
}
