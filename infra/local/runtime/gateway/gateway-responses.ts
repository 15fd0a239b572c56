import type { GatewayResponse } from '../../template/model.ts';
import { type GatewayAnswer, isHeaderName, isHeaderValue, withContentType } from './proxy-response.ts';
import { type GatewayRequest, header } from './request.ts';

/**
 * What API Gateway answers by itself, with the status, text and error name it has unless the template re-words it
 * (AWS: "Gateway response types for API Gateway").
 */
const own = {
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'],
  ACCESS_DENIED: [403, 'Access Denied', 'AccessDeniedException'],
  EXPIRED_TOKEN: [403, 'The security token included in the request is expired', 'ExpiredTokenException'],
  INVALID_SIGNATURE: [
    403,
    'The request signature we calculated does not match the signature you provided',
    'InvalidSignatureException',
  ],
  REQUEST_TOO_LARGE: [413, 'Request Too Long', 'RequestTooLargeException'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error', 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out', 'InternalServerErrorException'],
  /** A function that failed, or whose answer is malformed: the only one without a type of its own. */
  DEFAULT_5XX: [502, 'Internal server error', 'InternalServerErrorException'],
} as const satisfies Record<string, readonly [number, string, string]>;

export type GatewayError = keyof typeof own;

/** What is said of one error in place of the type's own text and error name. */
export interface ErrorWords {
  readonly message: string;
  readonly name: string;
}

interface Refusal extends ErrorWords {
  readonly error: GatewayError;
}

/** What a template may name; anything else stops the start. */
const variables = {
  'error.message': (_, { message }) => message,
  'error.messageString': (_, { message }) => JSON.stringify(message),
  'error.responseType': (_, { error }) => error,
  requestId: ({ requestId }) => requestId,
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  requestTimeEpoch: ({ receivedAt }) => String(receivedAt.getTime()),
  httpMethod: ({ method }) => method,
  path: ({ path }) => path,
  'identity.sourceIp': ({ sourceIp }) => sourceIp,
} as const satisfies Record<string, (request: GatewayRequest, refusal: Refusal) => string>;

const defaultTemplates = { 'application/json': '{"message":$context.error.messageString}' };

/**
 * Renders API Gateway's own answers as the template re-words them: the type's own response, else the group's
 * (`DEFAULT_4XX`, `DEFAULT_5XX`), else API Gateway's.
 *
 * @throws Error for a template that uses a variable which is not known here, or a header that cannot be sent
 */
export function gatewayResponses(
  responses: readonly GatewayResponse[],
): (error: GatewayError, request: GatewayRequest, words?: ErrorWords) => GatewayAnswer {
  for (const { type, headers, templates } of responses) {
    for (const [name, value] of Object.entries(headers)) {
      if (isHeaderName(name) && isHeaderValue(value)) continue;
      throw new Error(`The gateway response ${type} has a header ${JSON.stringify(name)} that cannot be sent.`);
    }
    for (const template of Object.values(templates)) assertKnownVariables(type, template);
  }
  const byType = new Map(responses.map((response) => [response.type, response]));
  return (error, request, words) => {
    const [status, text, ownName] = own[error];
    const refusal = { error, message: text, name: ownName, ...words };
    const reworded = byType.get(error) ?? byType.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
    const templates = Object.entries(reworded?.templates ?? {}).length > 0 ? reworded?.templates : defaultTemplates;
    const [contentType, template] = chosen(templates ?? defaultTemplates, header(request.headers, 'accept'));
    return {
      status: reworded?.status ?? status,
      headers: [
        ['x-amzn-ErrorType', refusal.name],
        ...withContentType(Object.entries(reworded?.headers ?? {}), contentType),
      ],
      body: template.replace(reference, (_, variable: string) => rendered(variable, request, refusal) ?? ''),
    };
  };
}

const reference = /\$context\.([a-zA-Z]+(?:\.[a-zA-Z]+)*)/g;

function rendered(variable: string, request: GatewayRequest, refusal: Refusal): string | undefined {
  return isKnown(variable) ? variables[variable](request, refusal) : undefined;
}

const isKnown = (variable: string): variable is keyof typeof variables => Object.hasOwn(variables, variable);

function assertKnownVariables(type: string, template: string): void {
  const unknown = [...template.matchAll(reference)]
    .map(([, variable = '']) => variable)
    .filter((each) => !isKnown(each));
  const others = template.replace(reference, '').match(/\$[a-zA-Z]\w*/g) ?? [];
  const [first] = [...unknown.map((variable) => `$context.${variable}`), ...others];
  if (first !== undefined) throw new Error(`The gateway response ${type} uses ${first}, which is not known locally.`);
}

/** The template for a content type the client names, else JSON, else the first. */
function chosen(templates: Readonly<Record<string, string>>, accept = ''): readonly [string, string] {
  const entries = Object.entries(templates);
  const named = entries.find(([contentType]) => accept.includes(contentType));
  const json = entries.find(([contentType]) => contentType === 'application/json');
  return named ?? json ?? entries[0] ?? ['application/json', ''];
}
