import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type ServiceCall, ServiceError } from '../../../../infra/local/aws/service.ts';
import { call, emptyTemplate, role, startTestAws, temporaryFolder } from './test-aws.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

describe('credentials of the local AWS', () => {
  const powerless = role('powerless', []);
  const setUp = async () =>
    startTestAws({ template: { ...emptyTemplate, roles: [powerless] }, dataDir: await temporaryFolder() });
  const describeSecret = {
    service: 'secretsmanager',
    target: 'secretsmanager.DescribeSecret',
    body: { SecretId: 'x' },
  };

  it('differ from start to start and are the same for a role within one', async () => {
    const [one, other] = [await setUp(), await setUp()];
    expect(one.credentialsFor(powerless.arn)).toEqual(one.credentialsFor(powerless.arn));
    expect(one.credentialsFor(powerless.arn)).not.toEqual(other.credentialsFor(powerless.arn));
    expect(() => one.credentialsFor('arn:aws:iam::000000000000:role/other')).toThrow('no role');
    expect(await call(one, { ...describeSecret, credentials: other.administrator() })).toMatchObject({
      status: 400,
      body: { __type: 'UnrecognizedClientException' },
    });
  });

  it('without a permission get AccessDeniedException, which names role, action and resource', async () => {
    const aws = await setUp();
    const resource = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:x-??????';
    expect(await call(aws, { ...describeSecret, credentials: aws.credentialsFor(powerless.arn) })).toEqual({
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        message: `User: arn:aws:sts::000000000000:assumed-role/powerless/local is not authorized to perform: secretsmanager:DescribeSecret on resource: ${resource} because no identity-based policy allows the secretsmanager:DescribeSecret action`,
      },
    });
  });

  it.each([
    ['that is correctly signed', {}, 'ResourceNotFoundException'],
    ['without a signature', { headers: { authorization: undefined } }, 'MissingAuthenticationTokenException'],
    ['with a malformed signature', { headers: { authorization: 'Bearer x' } }, 'IncompleteSignatureException'],
    ['without the session token', { headers: { 'x-amz-security-token': undefined } }, 'UnrecognizedClientException'],
    ['signed for another service', { service: 'states' }, 'InvalidSignatureException'],
    ['with a changed body', { sent: { SecretId: 'y' } }, 'InvalidSignatureException'],
    [
      'with a changed target',
      { headers: { 'x-amz-target': 'secretsmanager.DeleteSecret' } },
      'InvalidSignatureException',
    ],
    ['with a changed date', { headers: { 'x-amz-date': '20200101T000000Z' } }, 'InvalidSignatureException'],
    [
      'with an unsigned payload',
      { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      'InvalidSignatureException',
    ],
  ])('are verified on a call %s', async (_, change, expected) => {
    expect((await call(await setUp(), { ...describeSecret, ...change })).body['__type']).toBe(expected);
  });

  it('with a wrong secret access key get InvalidSignatureException', async () => {
    const aws = await setUp();
    const credentials = { ...aws.administrator(), secretAccessKey: 'guess' };
    expect((await call(aws, { ...describeSecret, credentials })).body['__type']).toBe('InvalidSignatureException');
  });
});

it('names an unsupported operation in the response and in the log', async () => {
  const aws = await startTestAws({ template: emptyTemplate, dataDir: await temporaryFolder() });
  const unknown = { service: 'dynamodb', target: 'DynamoDB_20120810.ExecuteStatement', body: {} };
  expect(await call(aws, unknown)).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
  expect(aws.logged).toEqual(['The local AWS does not support the operation DynamoDB_20120810.ExecuteStatement.']);
});

it('returns an injected fault without performing the operation', async () => {
  const throttled = new ServiceError('ThrottlingException', 'Rate exceeded.');
  const calls: ServiceCall[] = [];
  const aws = await startTestAws({
    ...{ template: emptyTemplate, dataDir: await temporaryFolder() },
    faults: (injected) => (calls.push(injected) === 1 ? throttled : undefined),
  });
  const body = { Name: 'new', SecretString: 'word' };
  const create = { service: 'secretsmanager', target: 'secretsmanager.CreateSecret', body };
  const created = await call(aws, create);
  expect(created).toEqual({ status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded.' } });
  expect(aws.observe.secrets()).toEqual([]);
  const described = { ...create, target: 'secretsmanager.DescribeSecret', body: { SecretId: 'new' } };
  expect((await call(aws, described)).body['__type']).toBe('ResourceNotFoundException');
  const by = 'administrator';
  expect(calls).toEqual([
    { service: 'secretsmanager', operation: 'CreateSecret', input: body, by },
    { service: 'secretsmanager', operation: 'DescribeSecret', input: { SecretId: 'new' }, by },
  ]);
});

it('gives the environment variables that point an SDK at each of its services', async () => {
  const aws = await startTestAws({ template: emptyTemplate, dataDir: await temporaryFolder() });
  expect(aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(aws.environment()).toEqual({
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: aws.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.endpoint,
    AWS_ENDPOINT_URL_SFN: aws.endpoint,
    AWS_ENDPOINT_URL_SQS: aws.endpoint,
    AWS_ENDPOINT_URL_STS: aws.endpoint,
  });
});

it('can be stopped twice, closes its port, and leaves its data to the next start', async () => {
  const dataDir = await temporaryFolder();
  const aws = await startTestAws({ template: emptyTemplate, dataDir });
  await Promise.all([aws.stop(), aws.stop()]);
  await expect(fetch(aws.endpoint)).rejects.toThrow();
  await startTestAws({ template: emptyTemplate, dataDir });
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  expect(files.map(({ name }) => name)).toContain('executions.jsonl');
  for (const file of files.filter((entry) => entry.isFile() && entry.name.endsWith('.json'))) {
    expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain(aws.administrator().secretAccessKey);
  }
});
