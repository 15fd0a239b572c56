import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Sha256 } from '../../../../../infra/local/aws/iam/sha256.ts';
import { iamAuthorization } from '../../../../../infra/local/runtime/gateway/iam-authorization.ts';
import type { Role } from '../../../../../infra/local/template/model.ts';
import {
  account,
  allow,
  emptyTemplate,
  region,
  role,
  startTestAws,
  type TestAws,
  temporaryFolder,
} from '../../aws/test-aws.ts';
import { eventIn, serve } from './gateway-fixture.ts';
import { rawRequest } from './raw-http.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

const api = { region, account, apiId: 'a1b2c3d4e5', stage: 'prod' };
const methods = (rest: string) => `arn:aws:execute-api:${region}:${account}:${rest}`;
const invoke = (rest: string) => allow('execute-api:Invoke', methods(rest));
const reader = role('reader', [invoke('a1b2c3d4e5/prod/GET/v1/signed/*')]);
const cautious = role('cautious', [invoke('*'), { ...invoke('a1b2c3d4e5/prod/POST/v1/signed/7'), effect: 'Deny' }]);
const elsewhere = role('elsewhere', [
  invoke('a1b2c3d4e5/dev/*'),
  invoke('other/prod/*'),
  allow('execute-api:ManageConnections'),
]);

let wire: TestAws;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const onEnd = (cleanUp: () => Promise<void>) => void cleanUps.push(cleanUp);
  const template = { ...emptyTemplate, roles: [reader, cautious, elsewhere] };
  wire = await startTestAws({ template, dataDir: await temporaryFolder(onEnd) }, onEnd);
});
afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

/** What is signed, and then sent but for `sent`. */
interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** More of them; undefined leaves one out, signed or not. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly by?: Role;
  readonly credentials?: { readonly accessKeyId?: string; readonly secretAccessKey?: string };
  readonly withoutToken?: boolean;
  readonly scope?: { readonly service?: string; readonly region?: string };
  readonly minutesAgo?: number;
  readonly checksum?: boolean;
  /** What is sent in place of what was signed. */
  readonly sent?: Pick<Call, 'method' | 'path' | 'query' | 'body' | 'headers'>;
}

const escaped = (query: Call['query'] = {}) =>
  Object.entries(query)
    .flatMap(([name, values]) => [values].flat().map((value) => [name, value].map(encodeURIComponent).join('=')))
    .join('&');

/** Signs a request as an SDK would, sends it byte for byte, and gives what came of it. */
async function call({ by, scope, withoutToken = false, minutesAgo = 0, sent = {}, checksum = false, ...given }: Call) {
  const served = await serve({
    apiId: api.apiId,
    authorize: iamAuthorization(wire.identifySigner, api),
    gatewayResponses: [
      {
        type: 'DEFAULT_4XX',
        headers: {},
        templates: { 'application/json': '["$context.error.responseType",$context.error.messageString]' },
      },
    ],
  });
  const { method = 'GET', path = '/v1/signed/7', query = {}, body = '', headers = {}, credentials } = given;
  const { sessionToken, ...issued } = by === undefined ? wire.administrator() : wire.credentialsFor(by.arn);
  const signer = new SignatureV4({
    credentials: { ...issued, ...(!withoutToken && { sessionToken }), ...credentials },
    ...{ service: 'execute-api', region, ...scope },
    sha256: Sha256,
    applyChecksum: checksum,
  });
  const present = (all: Call['headers']) =>
    Object.entries({ host: 'localhost:3000', ...all }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
  const signed = await signer.sign(
    {
      ...{ method, path, query: { ...query }, body, protocol: 'http:', hostname: 'localhost' },
      headers: Object.fromEntries(present(headers)),
    },
    { signingDate: new Date(Date.now() - minutesAgo * 60_000) },
  );
  const { query: sentQuery = query, body: sentBody = body } = sent;
  const target = [sent.path ?? path, escaped(sentQuery)].filter((part) => part !== '').join('?');
  const answer = await rawRequest(
    served.url,
    [
      `${sent.method ?? method} ${target} HTTP/1.1`,
      ...present({ ...signed.headers, ...sent.headers }).map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${Buffer.byteLength(sentBody)}`,
    ],
    sentBody,
  );
  const text = Buffer.from(answer.body, 'latin1').toString('utf8');
  if (answer.status === 200) return { event: eventIn(text) };
  const [type, message] = JSON.parse(text);
  const [, name] = answer.headers.find(([each]) => each === 'x-amzn-errortype') ?? [];
  expect([answer.status, served.invoked]).toEqual([403, []]);
  return { refused: [type, name], message: String(message) };
}

describe('a signed request', () => {
  it.each<[string, Call]>([
    ['as plain as can be', {}],
    ['with a query', { query: { b: ['2', '1'], a: 'ü &=+/~', B: '', empty: '' } }],
    ['with an escaped slash in its path', { path: '/v1/signed/a%2Fb' }],
    ['with a space, a percent sign and letters in its path', { path: '/v1/signed/a%20b%25%C3%BC' }],
    ['with signs that need no escape', { path: "/v1/signed/a:b@c,(d)!*'~" }],
    ['with a slash at its end', { path: '/v1/signed/7/' }],
    ['with a body', { method: 'POST', body: '{"name":"ü"}', headers: { 'content-type': 'application/json' } }],
    ['with a body in a GET', { body: '{}' }],
    ['with the hash of its body', { method: 'POST', body: '{}', checksum: true }],
    ['with a header of several spaces', { headers: { 'x-note': '  one   two ' } }],
    ['with a header in two lines', { headers: { 'x-a': '1,2' }, sent: { headers: { 'x-a': '1\r\nx-a: 2' } } }],
    ['with a header that is not signed', { sent: { headers: { 'x-added': 'later' } } }],
    ['some minutes ago', { minutesAgo: 4.5 }],
    ['by a clock that is ahead', { minutesAgo: -4.5 }],
  ])('%s reaches its function', async (_, request) => {
    const { event, refused } = await call(request);
    expect(refused).toBeUndefined();
    expect(event).toMatchObject({ path: request.path ?? '/v1/signed/7', body: request.body ?? null });
  });

  it('may carry its session token without having signed it', async () => {
    const { sessionToken } = wire.administrator();
    const headers = { 'x-amz-security-token': sessionToken };
    const { event } = await call({ withoutToken: true, sent: { headers } });
    expect(event?.path).toBe('/v1/signed/7');
  });

  const invalid = ['INVALID_SIGNATURE', 'InvalidSignatureException'];
  const unknown = ['ACCESS_DENIED', 'AccessDeniedException'];
  const incomplete = ['INVALID_SIGNATURE', 'IncompleteSignatureException'];
  const withQuery = { query: { a: '1', b: '2' } };
  it.each<[string, Call, readonly string[], RegExp]>([
    ['another method', { sent: { method: 'POST' } }, invalid, /we calculated does not match/],
    ['another path', { sent: { path: '/v1/signed/8' } }, invalid, /does not match/],
    ['a path that is unescaped', { path: '/v1/signed/%37', sent: { path: '/v1/signed/7' } }, invalid, /does not match/],
    ['another value in its query', { ...withQuery, sent: { query: { a: '1', b: '3' } } }, invalid, /does not match/],
    ['more in its query', { ...withQuery, sent: { query: { a: '1', b: ['2', '3'] } } }, invalid, /does not match/],
    ['less in its query', { ...withQuery, sent: { query: { a: '1' } } }, invalid, /does not match/],
    ['another body', { method: 'POST', body: '{"a":1}', sent: { body: '{"a":2}' } }, invalid, /does not match/],
    ['another body than its hash says', { body: '1', checksum: true, sent: { body: '2' } }, invalid, /does not match/],
    ['another host', { sent: { headers: { host: 'api.example.org' } } }, invalid, /does not match/],
    ['a host that is not signed', { headers: { host: undefined } }, invalid, /does not match/],
    [
      'a signed header less',
      { headers: { 'x-a': '1' }, sent: { headers: { 'x-a': undefined } } },
      invalid,
      /not match/,
    ],
    ['another secret', { credentials: { secretAccessKey: 'guess' } }, invalid, /does not match/],
    ['another service', { scope: { service: 's3' } }, invalid, /scoped to correct service: 'execute-api'/],
    ['another region', { scope: { region: 'eu-west-1' } }, invalid, /scoped to a valid region/],
    ['a later time', { minutesAgo: -5.5 }, invalid, /^Signature not yet current: \d{8}T\d{6}Z is still later than/],
    [
      'an earlier time',
      { minutesAgo: 5.5 },
      ['EXPIRED_TOKEN', 'InvalidSignatureException'],
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    ],
    ['another day', { sent: { headers: { 'x-amz-date': '20200101T000000Z' } } }, invalid, /Credential scope/],
    [
      'an unknown key',
      { credentials: { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' } },
      unknown,
      /security token .* is invalid/,
    ],
    ['no session token', { withoutToken: true }, unknown, /security token .* is invalid/],
    [
      'a foreign token',
      { sent: { headers: { 'x-amz-security-token': 'x' } } },
      unknown,
      /security token .* is invalid/,
    ],
    ['no date', { sent: { headers: { 'x-amz-date': undefined } } }, incomplete, /X-Amz-Date/],
    ['a key of another API', { sent: { headers: { authorization: 'Bearer canary' } } }, incomplete, /^[^:]*complete/],
    [
      'no signature',
      { sent: { headers: { authorization: undefined } } },
      ['MISSING_AUTHENTICATION_TOKEN', 'MissingAuthenticationTokenException'],
      /^Missing Authentication Token$/,
    ],
  ])('is refused with %s', async (_, request, refused, message) => {
    const answer = await call(request);
    expect(answer.refused).toEqual(refused);
    expect(answer.message).toMatch(message);
    expect(answer.message).not.toContain('canary');
  });
});

describe('the right to invoke', () => {
  it.each<[string, Role, string, string, boolean]>([
    ['what a statement names', reader, 'GET', '/v1/signed/a%2Fb', true],
    ['not another method', reader, 'POST', '/v1/signed/7', false],
    ['not what is denied', cautious, 'POST', '/v1/signed/7', false],
    ['what is not denied', cautious, 'POST', '/v1/signed/8', true],
    ['not by that of another stage, API or action', elsewhere, 'GET', '/v1/signed/7', false],
  ])('covers %s', async (_, by, method, path, allowed) => {
    const answer = await call({ by, method, path });
    const resource = methods(`${api.apiId}/${api.stage}/${method}${path}`);
    if (allowed) return expect(answer.event?.path).toBe(path);
    expect(answer.refused).toEqual(['ACCESS_DENIED', 'AccessDeniedException']);
    expect(answer.message).toContain(
      `User: arn:aws:sts::${account}:assumed-role/${by.logicalId}/local is not authorized to perform: execute-api:Invoke on resource: ${resource}`,
    );
    expect(wire.logged.join('\n')).toContain(`${by.logicalId} is not allowed execute-api:Invoke on ${resource}`);
  });
});

describe('the event of a signed request', () => {
  it.each<[string, Role | undefined, string, string]>([
    ['the administrator', undefined, 'AIDAADMINISTRATOR0000', `arn:aws:iam::${account}:user/administrator`],
    ['a role', reader, 'AROAREADER:local', `arn:aws:sts::${account}:assumed-role/reader/local`],
  ])('names %s, and keeps the signature back', async (_, by, id, userArn) => {
    const { event } = await call({ ...(by !== undefined && { by }), headers: { 'User-Agent': 'probe/1' } });
    const { accessKeyId } = by === undefined ? wire.administrator() : wire.credentialsFor(by.arn);
    expect(event?.requestContext).toMatchObject({
      apiId: 'a1b2c3d4e5',
      identity: {
        ...{ accessKey: accessKeyId, accountId: account, caller: id, user: id, userArn },
        ...{ sourceIp: '127.0.0.1', userAgent: 'probe/1', cognitoIdentityId: null, principalOrgId: null },
      },
    });
    expect(Object.keys(event?.headers ?? {}).map((name) => name.toLowerCase())).not.toContain('authorization');
    expect(event?.multiValueHeaders['x-amz-date']).toHaveLength(1);
  });

  it('is no different on a route that wants no signature', async () => {
    const { event } = await call({ path: '/v1/things/7' });
    expect(event?.requestContext.identity).toMatchObject({ accessKey: null, caller: null, user: null, userArn: null });
    expect(event?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 /);
  });
});
