import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalTemplate } from '../../../infra/local/template/model.ts';
import { readTemplate } from '../../../infra/local/template/read.ts';
import { synthesize } from '../template/cdk.ts';
import { call, clients, emptyTemplate, eventually, failureOf, role, startWire, temporaryFolder } from './stand.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

/** Recognisable, and nowhere to be found but in the secret itself. */
const canary = 'canary-3f9c1d7e';

describe('the wire of a synthesized stack', () => {
  let folder: string;
  let template: LocalTemplate;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wire-'));
    template = readTemplate(await synthesize(folder));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const named = (id: string) => {
    const found = template.functions.find(({ logicalId }) => logicalId.startsWith(id));
    if (found === undefined) throw new Error(`The stack has no function ${id}.`);
    return found;
  };

  it('lets a function do what it is granted, on what it is granted, and runs what it starts', async () => {
    const invoked: (readonly [string, unknown])[] = [];
    const wire = await startWire({
      template,
      dataDir: await temporaryFolder(),
      waits: () => 1,
      invoke: async (arn, payload) => {
        invoked.push([arn, payload]);
        return { ok: true, payload: { done: true } };
      },
    });
    const verify = named('Verify');
    const { TABLE: TableName = '', PEPPER: SecretId = '', LOOP: stateMachineArn = '' } = verify.environment;
    const own = clients(wire, verify.role);
    const Item = (pk: string) => ({ pk: { S: pk }, sk: { S: '-' } });
    const get = (pk: string) => failureOf(own.tables.send(new GetItemCommand({ TableName, Key: Item(pk) })));

    expect(await failureOf(own.tables.send(new PutItemCommand({ TableName, Item: Item('ORG#1') })))).toBe('answered');
    expect(await get('JOB#1')).toBe('answered');
    expect(await get('ORG#1')).toBe('AccessDeniedException');
    const query = { KeyConditionExpression: 'due = :d', ExpressionAttributeValues: { ':d': { S: 'x' } } };
    expect(await failureOf(own.tables.send(new QueryCommand({ TableName, IndexName: 'byDue', ...query })))).toBe(
      'answered',
    );
    expect(
      await failureOf(
        clients(wire, named('Step').role).tables.send(new GetItemCommand({ TableName, Key: Item('JOB#1') })),
      ),
    ).toBe('AccessDeniedException');

    const pepper = await own.secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(pepper.SecretString).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(
      await failureOf(own.secrets.send(new CreateSecretCommand({ Name: 'dev/conn/1', SecretString: canary }))),
    ).toBe('answered');
    expect(await failureOf(own.secrets.send(new GetSecretValueCommand({ SecretId: 'dev/conn/1' })))).toBe(
      'AccessDeniedException',
    );

    const { executionArn } = await own.machines.send(new StartExecutionCommand({ stateMachineArn, input: '{"id":1}' }));
    expect(await failureOf(own.machines.send(new DescribeExecutionCommand({ executionArn })))).toBe(
      'AccessDeniedException',
    );
    await eventually(() => expect(invoked).toHaveLength(2));
    expect(invoked).toMatchObject([
      [named('Step').arn, { id: 1 }],
      [named('Listen').arn, { detail: { executionArn, status: 'SUCCEEDED', output: '{"done":true}' } }],
    ]);

    const seen = [await wire.observe.rows(), wire.observe.secrets(), wire.observe.executions(), wire.observe.events()];
    expect(seen[0]).toEqual([{ table: TableName, item: Item('ORG#1') }]);
    expect(JSON.stringify([seen, wire.logged])).not.toContain(canary);
    expect(wire.logged.filter((line) => line.startsWith('Refused: '))).toHaveLength(4);
  });

  it('refuses a call as soon as its grant is taken away', async () => {
    const verify = named('Verify');
    const without = (action: string): LocalTemplate => ({
      ...template,
      roles: template.roles.map((one) => ({
        ...one,
        statements: one.statements.filter(({ actions }) => !actions.includes(action)),
      })),
    });
    const start = async (used: LocalTemplate) => {
      const wire = await startWire({ template: used, dataDir: await temporaryFolder() });
      const input = { stateMachineArn: verify.environment['LOOP'] };
      return failureOf(clients(wire, verify.role).machines.send(new StartExecutionCommand(input)));
    };
    expect(await start(template)).toBe('answered');
    expect(await start(without('states:StartExecution'))).toBe('AccessDeniedException');
  });
});

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
    ['with a malformed one', { headers: { authorization: 'Bearer x' } }, 'UnrecognizedClientException'],
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

it('points an SDK at itself, service by service, and at nothing else', async () => {
  const wire = await startWire({ template: emptyTemplate, dataDir: await temporaryFolder() });
  expect(wire.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(wire.environment()).toEqual({
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: wire.endpoint,
    AWS_ENDPOINT_URL_SFN: wire.endpoint,
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
