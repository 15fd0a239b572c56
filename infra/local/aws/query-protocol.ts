import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatErrorWithoutMessage } from './error-without-message.ts';
import type { Principal } from './iam/credentials.ts';
import type { SignedRequest } from './iam/signature.ts';
import type { Log } from './invoke.ts';
import { readBody } from './read-body.ts';
import { type Caller, type QueryService, ServiceError } from './service.ts';

export interface QueryProtocolOptions {
  readonly queryServices: readonly QueryService[];
  /** @throws ServiceError when the signature is missing or wrong */
  readonly authenticate: (request: SignedRequest, signingName: string) => Promise<Principal>;
  readonly createCaller: (principal: Principal) => Caller;
  readonly log: Log;
}

/** Tells query-protocol requests from those of the JSON protocol. */
export const isQueryRequest = ({ headers }: IncomingMessage): boolean =>
  headers['x-amz-target'] === undefined &&
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** Authenticates and performs a request of the query protocol, and writes the response. */
export async function handleQueryRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { queryServices, authenticate, createCaller, log }: QueryProtocolOptions,
): Promise<void> {
  let action = '';
  try {
    const body = await readBody(request);
    const form = new URLSearchParams(body.toString('utf8'));
    action = form.get('Action') ?? '';
    const service = queryServices.find(
      ({ version, operations }) => version === form.get('Version') && Object.hasOwn(operations, action),
    );
    const operation = service?.operations[action];
    if (!service || !operation) {
      log(`The local AWS does not support the operation ${action}.`);
      throw new ServiceError('InvalidAction', 'The local AWS does not support this operation.');
    }
    const principal = await authenticate({ headers: request.headers, body }, service.signingName);
    send(response, 200, await operation(form, createCaller(principal)));
  } catch (error) {
    if (error instanceof ServiceError) return send(response, error.status, errorBody(error.code, error.message));
    log(`${action} failed: ${formatErrorWithoutMessage(error)}`);
    send(response, 500, errorBody('InternalFailure', 'The local AWS failed.'));
  }
}

const errorBody = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}
