import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ServiceError, type WireCall } from '../../../../infra/local/aws/service.ts';
import { call, emptyTemplate, role, startWire, temporaryFolder } from './stand.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

describe('credentials', () => {
  const nobody = role('nobody', []);
  const stand = async () =>
    startWire({ template: { ...emptyTemplate, roles: [nobody] }, dataDir: await temporaryFolder() });
  const start = { service: 'secretsmanager', target: 'secretsmanager.DescribeSecret', body: { SecretId: 'x' } };

  it('are new on every start, and one set per role', async () => {
    const [one, other] = [await stand(), await stand()];
    expect(one.credentialsFor(nobody.arn)).toEqual(one.credentialsFor(nobody.arn));
    expect(one.credentialsFor(nobody.arn)).not.toEqual(other.credentialsFor(nobody.arn));
    expect(() => one.credentialsFor('arn:aws:iam::000000000000:role/other')).toThrow('no role');
    expect(await call(one, { ...start, credentials: other.administrator() })).toMatchObject({
      status: 400,
      body: { __type: 'UnrecognizedClientException' },
    });
  });

  it('name the role, the action and the resource in a refusal', async () => {
    const wire = await stand();
    const resource = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:x-??????';
    expect(await call(wire, { ...start, credentials: wire.credentialsFor(nobody.arn) })).toEqual({
      status: 400,
      body: {
        __type: 'AccessDeniedException',
        message: `User: arn:aws:sts::000000000000:assumed-role/nobody/local is not authorized to perform: secretsmanager:DescribeSecret on resource: ${resource} because no identity-based policy allows the secretsmanager:DescribeSecret action`,
      },
    });
  });

  it.each([
    ['as it should be', {}, 'ResourceNotFoundException'],
    ['without a signature', { headers: { authorization: undefined } }, 'MissingAuthenticationTokenException'],
    ['with a malformed one', { headers: { authorization: 'Bearer x' } }, 'IncompleteSignatureException'],
    ['without the session token', { headers: { 'x-amz-security-token': undefined } }, 'UnrecognizedClientException'],
    ['for another service', { service: 'states' }, 'InvalidSignatureException'],
    ['with another body', { sent: { SecretId: 'y' } }, 'InvalidSignatureException'],
    [
      'with another target',
      { headers: { 'x-amz-target': 'secretsmanager.DeleteSecret' } },
      'InvalidSignatureException',
    ],
    ['with another date', { headers: { 'x-amz-date': '20200101T000000Z' } }, 'InvalidSignatureException'],
    [
      'with an unsigned payload',
      { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      'InvalidSignatureException',
    ],
  ])('are checked on a call %s', async (_, change, expected) => {
    expect((await call(await stand(), { ...start, ...change })).body['__type']).toBe(expected);
  });

  it('are not enough with another secret', async () => {
    const wire = await stand();
    const credentials = { ...wire.administrator(), secretAccessKey: 'guess' };
    expect((await call(wire, { ...start, credentials })).body['__type']).toBe('InvalidSignatureException');
  });
});

it('says which operation it does not serve, to the caller and in the log', async () => {
  const wire = await startWire({ template: emptyTemplate, dataDir: await temporaryFolder() });
  const unknown = { service: 'dynamodb', target: 'DynamoDB_20120810.ExecuteStatement', body: {} };
  expect(await call(wire, unknown)).toMatchObject({ status: 400, body: { __type: 'UnknownOperationException' } });
  expect(wire.logged).toEqual(['The local target does not serve DynamoDB_20120810.ExecuteStatement.']);
});

it('answers what it is told to in the place of a service, which does nothing then', async () => {
  const refusal = new ServiceError('ThrottlingException', 'Rate exceeded.');
  const calls: WireCall[] = [];
  const wire = await startWire({
    ...{ template: emptyTemplate, dataDir: await temporaryFolder() },
    faults: (one) => (calls.push(one) === 1 ? refusal : undefined),
  });
  const body = { Name: 'new', SecretString: 'word' };
  const create = { service: 'secretsmanager', target: 'secretsmanager.CreateSecret', body };
  const created = await call(wire, create);
  expect(created).toEqual({ status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded.' } });
  expect(wire.observe.secrets()).toEqual([]);
  const described = { ...create, target: 'secretsmanager.DescribeSecret', body: { SecretId: 'new' } };
  expect((await call(wire, described)).body['__type']).toBe('ResourceNotFoundException');
  const by = 'administrator';
  expect(calls).toEqual([
    { service: 'secretsmanager', operation: 'CreateSecret', input: body, by },
    { service: 'secretsmanager', operation: 'DescribeSecret', input: { SecretId: 'new' }, by },
  ]);
});

it('points an SDK at itself, service by service, and at nothing else', async () => {
  const wire = await startWire({ template: emptyTemplate, dataDir: await temporaryFolder() });
  expect(wire.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(wire.environment()).toEqual({
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: wire.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: wire.endpoint,
    AWS_ENDPOINT_URL_SFN: wire.endpoint,
    AWS_ENDPOINT_URL_SQS: wire.endpoint,
    AWS_ENDPOINT_URL_STS: wire.endpoint,
  });
});

it('stops once, answers nothing more, and leaves its data to the next start', async () => {
  const dataDir = await temporaryFolder();
  const wire = await startWire({ template: emptyTemplate, dataDir });
  await Promise.all([wire.stop(), wire.stop()]);
  await expect(fetch(wire.endpoint)).rejects.toThrow();
  await startWire({ template: emptyTemplate, dataDir });
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  expect(files.map(({ name }) => name)).toContain('executions.jsonl');
  for (const file of files.filter((one) => one.isFile() && one.name.endsWith('.json'))) {
    expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain(
      wire.administrator().secretAccessKey,
    );
  }
});
