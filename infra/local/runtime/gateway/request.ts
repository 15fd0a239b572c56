import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What the gateway knows of a request before it has read its body. */
export interface GatewayRequest {
  readonly method: string;
  /** As it was sent, escapes included. */
  readonly path: string;
  /** Decoded, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
  /** In the order and case sent. */
  readonly headers: readonly (readonly [string, string])[];
  readonly protocol: string;
  readonly sourceIp: string;
  readonly port: number;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  readonly receivedAt: Date;
}

/**
 * Reads the request line and headers.
 *
 * @returns undefined for what a REST API refuses before it looks for a route: a raw `|`, `{` or `}` in the query, or an
 * escape that is not one (answered 400)
 */
export function readRequest(message: IncomingMessage): GatewayRequest | undefined {
  const [path = '/', ...rest] = targetOf(message.url ?? '/').split('?');
  const query = rest.join('?');
  if (/[|{}]/.test(query) || decoded(path) === undefined) return undefined;
  const parameters = readQuery(query);
  if (parameters === undefined) return undefined;
  const receivedAt = new Date();
  const seconds = Math.floor(receivedAt.getTime() / 1_000).toString(16);
  return {
    method: message.method ?? 'GET',
    path,
    query: parameters,
    headers: pairs(message.rawHeaders),
    protocol: `HTTP/${message.httpVersion}`,
    sourceIp: message.socket.remoteAddress ?? '',
    port: message.socket.localPort ?? 0,
    requestId: randomUUID(),
    extendedRequestId: randomBytes(9).toString('base64url'),
    traceId:
      header(pairs(message.rawHeaders), 'x-amzn-trace-id') ?? `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
    receivedAt,
  };
}

/** The last value of a header, whatever its case; undefined when there is none. */
export function header(headers: GatewayRequest['headers'], name: string): string | undefined {
  return headers.findLast(([each]) => each.toLowerCase() === name)?.[1];
}

/** A proxy's client may send the whole URL as the request's target; whatever it is, it begins with `/` hereafter. */
function targetOf(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/**
 * `+` is a space, and `;` parts parameters like `&` does (AWS: "Amazon API Gateway important notes" for REST APIs).
 */
function readQuery(query: string): GatewayRequest['query'] | undefined {
  const parameters: [string, string][] = [];
  for (const parameter of query.split(/[&;]/)) {
    if (parameter === '') continue;
    const [name, ...rest] = parameter.replaceAll('+', ' ').split('=').map(decoded);
    if (name === undefined || rest.includes(undefined)) return undefined;
    parameters.push([name, rest.join('=')]);
  }
  return parameters;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []));
}
