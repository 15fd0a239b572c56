import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { withoutMessage } from './error-without-message.ts';
import type { WireServerOptions } from './http-server.ts';
import { readBody } from './read-body.ts';
import { ServiceError } from './service.ts';

/** Whether a request is one of the query protocol. */
export const isQuery = ({ headers }: IncomingMessage): boolean =>
  headers['x-amz-target'] === undefined &&
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** Answers a request of the query protocol. */
export async function answerQuery(
  request: IncomingMessage,
  response: ServerResponse,
  { queryServices, authenticate, caller, log }: WireServerOptions,
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
      log(`The local target does not serve ${action}.`);
      throw new ServiceError('InvalidAction', 'The local target does not serve this operation.');
    }
    const principal = await authenticate({ headers: request.headers, body }, service.signingName);
    send(response, 200, await operation(form, caller(principal)));
  } catch (error) {
    if (error instanceof ServiceError) return send(response, error.status, errorBody(error.code, error.message));
    log(`${action} failed: ${withoutMessage(error)}`);
    send(response, 500, errorBody('InternalFailure', 'The local target failed.'));
  }
}

const errorBody = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) }).end(body);
}
