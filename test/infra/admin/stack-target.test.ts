import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/storage/loopback-server.ts';
import { type AdminApi, operator, startAdminApi } from './admin-api.ts';
import { typed } from './typed.ts';

/** Stands in for CloudFormation, on its query protocol: answers every request with what the test says. */
let cloudFormation: LoopbackServer;
let answer: { readonly status: number; readonly xml: string } | 'nothing';
const asked: URLSearchParams[] = [];
let api: AdminApi;

const stackWith = (outputs: Readonly<Record<string, string>>) => ({
  status: 200,
  xml: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
    <StackName>StorageConnections</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-20T00:00:00Z</CreationTime>
    <StackId>arn:aws:cloudformation:eu-central-1:123456789012:stack/StorageConnections/1234</StackId><Outputs>${Object.entries(
      outputs,
    )
      .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
      .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
});
const refusal = (status: number, code: string) => ({
  status,
  xml: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>said by AWS</Message></Error></ErrorResponse>`,
});

/** The caller's AWS settings, and nothing else of this machine's. */
const settings = () => ({
  AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
  AWS_ACCESS_KEY_ID: operator.accessKeyId,
  AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
  AWS_SESSION_TOKEN: operator.sessionToken,
  AWS_REGION: operator.region,
  AWS_CONFIG_FILE: '/none',
  AWS_SHARED_CREDENTIALS_FILE: '/none',
  AWS_EC2_METADATA_DISABLED: 'true',
});

beforeAll(async () => {
  cloudFormation = await listenOnLoopback(
    async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      asked.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      if (answer === 'nothing') return;
      response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.xml);
    },
    0,
    undefined,
  );
  api = await startAdminApi();
});
afterAll(() => Promise.all([cloudFormation.stop(), api.stop()]));

beforeEach(() => {
  for (const [name, value] of Object.entries(settings())) vi.stubEnv(name, value);
  vi.stubEnv('AWS_PROFILE', undefined);
  answer = stackWith({ ApiUrl: `${api.url}/prod/` });
  api.answer = () => ({ body: { organizations: [], next: null } });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const list = ['organizations', 'list', '--stack', 'StorageConnections'];

describe('a deployed stack', () => {
  test('is found by its name, and its API called below the stage, signed with the credentials of the caller', async () => {
    expect(await typed(list)).toEqual({ code: 0, out: '', err: 'There are no organizations.\n' });
    expect(asked.at(-1)?.get('Action')).toBe('DescribeStacks');
    expect(asked.at(-1)?.get('StackName')).toBe('StorageConnections');
    expect(api.asked.at(-1)).toMatchObject({ method: 'GET', path: '/prod/admin/organizations', query: {} });
  });

  test('may be in another region than the caller’s usual one, in which requests are signed then', async () => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    expect((await typed(list)).err).toMatch(/^AWS does not accept the signature/);
    expect((await typed([...list, '--region', operator.region])).code).toBe(0);
  });

  test('is served as the whole program, which prints JSON for programs and ends with the exit code', async () => {
    const program = fileURLToPath(new URL('../../../infra/admin/admin.ts', import.meta.url));
    const ends = promisify(execFile)(process.execPath, [program, ...list, '--json'], { env: settings() });
    expect(await ends).toEqual({
      stdout: '{\n  "organizations": [],\n  "next": null\n}\n',
      stderr: 'There are no organizations.\n',
    });
    answer = refusal(400, 'ValidationError');
    const fails = promisify(execFile)(process.execPath, [program, ...list], { env: settings() });
    await expect(fails).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^There is no stack .*\n$/),
    });
  });
});

describe('in one sentence, and without AWS’s words, it is said', () => {
  test.each([
    [
      'that there is no such stack',
      refusal(400, 'ValidationError'),
      'There is no stack StorageConnections in eu-central-1 in this AWS account.',
    ],
    [
      'that it is another kind of stack',
      stackWith({ Url: 'https://example.com' }),
      'The stack StorageConnections has no output ApiUrl: it is not one of Storage Connections, or is not deployed yet.',
    ],
    [
      'that its address is not to be called',
      stackWith({ ApiUrl: 'http://example.com/' }),
      'The stack StorageConnections has no output ApiUrl: it is not one of Storage Connections, or is not deployed yet.',
    ],
    [
      'that the credentials have expired',
      refusal(403, 'ExpiredToken'),
      'Your AWS credentials have expired. Sign in again.',
    ],
    ['that they are unknown', refusal(403, 'InvalidClientTokenId'), 'AWS does not know these credentials.'],
    [
      'that the secret is wrong',
      refusal(403, 'SignatureDoesNotMatch'),
      "AWS does not accept the signature: the secret access key or this machine's clock is wrong.",
    ],
    [
      'that the caller may not look for it',
      refusal(403, 'AccessDenied'),
      'Your AWS identity may not call cloudformation:DescribeStacks on the stack StorageConnections in eu-central-1.',
    ],
    [
      'that AWS fails',
      refusal(418, 'Teapot'),
      'CloudFormation in eu-central-1 cannot be reached, or gave no usable answer.',
    ],
  ])('%s', async (_, canned, sentence) => {
    answer = canned;
    expect(await typed(list)).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });

  test('that the API is not there', async () => {
    const gone = await startAdminApi();
    await gone.stop();
    answer = stackWith({ ApiUrl: `${gone.url}/prod/` });
    const outcome = await typed(list);
    expect(outcome).toEqual({ code: 1, out: '', err: 'The API of the stack StorageConnections cannot be reached.\n' });
  });

  test('that AWS takes too long', async () => {
    answer = 'nothing';
    const outcome = await typed(list, {}, 300);
    expect(outcome).toEqual({ code: 1, out: '', err: 'AWS did not answer within 0.3 seconds.\n' });
  });

  test('that there are no credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    const outcome = await typed(list);
    expect(outcome).toEqual({
      code: 1,
      out: '',
      err: 'There are no AWS credentials here, or they cannot be read. Sign in, or set AWS_PROFILE.\n',
    });
  });

  test('that the caller’s session is over', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const start = 'https://acme.awsapps.com/start';
    const cache = join(home, '.aws', 'sso', 'cache');
    mkdirSync(cache, { recursive: true });
    writeFileSync(
      join(cache, `${createHash('sha1').update(start).digest('hex')}.json`),
      JSON.stringify({ startUrl: start, accessToken: 'a', expiresAt: '2020-01-01T00:00:00Z' }),
    );
    const profile = `sso_start_url = ${start}\nsso_region = eu-central-1\nsso_account_id = 1\nsso_role_name = admin\n`;
    writeFileSync(join(home, 'config'), `[profile over]\n${profile}`);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', home);
    vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
    vi.stubEnv('AWS_PROFILE', 'over');
    expect(await typed(list)).toEqual({ code: 1, out: '', err: 'Your AWS credentials have expired. Sign in again.\n' });
  });

  test('that there is no region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    const outcome = await typed(list);
    expect(outcome).toEqual({
      code: 1,
      out: '',
      err: 'No AWS region is set. Name one with --region, or set AWS_REGION.\n',
    });
  });

  test.each([
    [
      {},
      'Your AWS identity may not call execute-api:Invoke on arn:aws:execute-api:eu-central-1:123456789012:127/prod/GET/admin/organizations.',
    ],
    [
      { 'x-amzn-errortype': 'ExpiredTokenException:http://internal.amazon.com/' },
      'Your AWS credentials have expired. Sign in again.',
    ],
    [{ 'x-amzn-errortype': 'UnrecognizedClientException' }, 'AWS does not know these credentials.'],
  ])('that IAM refuses a call (%j)', async (headers, sentence) => {
    api.answer = () => ({ status: 403, headers, body: { detail: 'said by API Gateway' } });
    expect(await typed(list)).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });
});
