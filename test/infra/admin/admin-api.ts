import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { listenOnLoopback } from '../../../infra/local/storage/loopback-server.ts';

/** Whom the stand-ins know. */
export const operator = {
  accessKeyId: 'AKIAOPERATOR',
  secretAccessKey: 'secret-of-the-operator',
  sessionToken: 'token-of-the-operator',
  region: 'eu-central-1',
} as const;

/** A request that was signed as it has to be. */
export interface Asked {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed; undefined when there was none. */
  readonly body: unknown;
}

/** What is answered: JSON, or text as it is; or `nothing`, or only the `beginning` of something, and no end. */
export type Canned =
  | { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'nothing'
  | 'beginning';

/** Stands in for the operator's API: it checks the signature of every request, and answers what the test says. */
export interface AdminApi {
  readonly url: string;
  readonly asked: readonly Asked[];
  answer: (asked: Asked) => Canned;
  stop(): Promise<void>;
}

export async function startAdminApi(): Promise<AdminApi> {
  const asked: Asked[] = [];
  const server = await listenOnLoopback(
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const canned = isSigned(request, body) ? api.answer(noted(request, body)) : badlySigned;
      if (canned === 'nothing') return;
      if (canned === 'beginning') {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{');
        return;
      }
      const { status = 200, headers = {}, body: answer } = canned;
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    },
    0,
    undefined,
  );
  const noted = (request: IncomingMessage, body: Buffer): Asked => {
    const { pathname, searchParams } = new URL(request.url ?? '', server.url);
    const one = {
      method: request.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      body: body.length === 0 ? undefined : JSON.parse(body.toString()),
    };
    asked.push(one);
    return one;
  };
  const api: AdminApi = { url: server.url, asked, answer: () => ({ status: 404, body: {} }), stop: server.stop };
  return api;
}

/** A refusal as the operator's API words it. */
export const problem = (status: number, detail: string, errors?: readonly unknown[]): Canned => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: 'about:blank', title: 'Refused', status, detail, ...(errors && { errors }) },
});

const badlySigned: Canned = {
  status: 403,
  headers: { 'x-amzn-errortype': 'InvalidSignatureException' },
  body: { message: 'said by AWS' },
};

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** "Create a signed AWS API request", step by step: not with the library that signs. */
function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const { accessKeyId, secretAccessKey, sessionToken, region } = operator;
  const time = String(headers['x-amz-date']);
  const scope = `${time.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const [, names = '', signature] =
    new RegExp(
      `^AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$`,
    ).exec(headers.authorization ?? '') ?? [];
  const signed = names.split(';');
  const isWhole =
    ['host', 'x-amz-date', 'x-amz-security-token'].every((name) => signed.includes(name)) &&
    headers['x-amz-security-token'] === sessionToken &&
    (headers['x-amz-content-sha256'] ?? sha256(body)) === sha256(body);
  const [path = '', query = ''] = url.split('?');
  const request = [
    method,
    path,
    query.split('&').toSorted().join('&'),
    ...signed.map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const key = [time.slice(0, 8), region, 'execute-api', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')).toString('hex');
  return isWhole && signature === expected;
}
