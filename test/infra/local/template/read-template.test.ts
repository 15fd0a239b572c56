import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import type { LocalTemplate } from '../../../../infra/local/template/model.ts';
import { readTemplate } from '../../../../infra/local/template/read-template.ts';
import { StartRefused } from '../../../../infra/local/template/start-refused.ts';
import { linkedAssembly } from '../../../linked.ts';
import { testRightsOfStack } from '../aws/iam/rights-of-stack.ts';
import { openTemplate, synthesize } from './cdk.ts';
import { first, refused, type Template, templateSchema } from './refused.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

let folder: string;
let assembly: string;
let read: LocalTemplate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'template-'));
  assembly = await synthesize(folder);
  read = readTemplate(assembly);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Reads the assembly after a change to its template. */
async function readChanged(change: (template: Template) => void, parameters = {}): Promise<LocalTemplate> {
  const changed = join(await mkdtemp(join(folder, 'changed-')), 'cdk.out');
  await linkedAssembly(assembly, changed);
  const { text, write } = await openTemplate(changed);
  const template = z.parse(templateSchema, JSON.parse(text));
  change(template);
  await write(template);
  return readTemplate(changed, { parameters });
}

function found<T>(list: readonly T[], matches: (entry: T) => boolean): T {
  const entry = list.find(matches);
  if (entry === undefined) throw new Error('There is no such entry.');
  return entry;
}
const functionOf = (template: LocalTemplate, id: string) =>
  found(template.functions, ({ logicalId }) => logicalId.startsWith(id));

describe('a synthesized stack', () => {
  it('has the same names on every start, and the account and region asked for', () => {
    expect(readTemplate(assembly)).toEqual(read);
    const elsewhere = readTemplate(assembly, { account: '123456789012', region: 'eu-west-1' });
    expect(functionOf(elsewhere, 'Verify').arn).toBe(
      functionOf(read, 'Verify').arn.replace('us-east-1:000000000000', 'eu-west-1:123456789012'),
    );
  });

  it('gives functions their bundle, environment, role and limits', () => {
    const verify = functionOf(read, 'Verify');
    expect(verify.name).toMatch(/^small-dev-Verify[0-9A-F]{8}-[A-Z0-9]{12}$/);
    expect(verify.arn).toBe(`arn:aws:lambda:us-east-1:000000000000:function:${verify.name}`);
    expect(verify).toMatchObject({ handler: 'index.handler', timeoutSeconds: 20, memoryMb: 128 });
    expect(verify.code.startsWith(join(assembly, 'asset.'))).toBe(true);
    expect(verify.environment).toEqual({
      TABLE: read.tables[0]?.name,
      PEPPER: read.secrets[0]?.arn,
      LOOP: read.stateMachines[0]?.arn,
      STAGE: 'dev',
    });
    expect(read.roles.map(({ arn }) => arn)).toContain(verify.role);
    expect(functionOf(read, 'Listen')).toMatchObject({ invokers: ['events.amazonaws.com'], asyncRetries: 1 });
    expect(functionOf(read, 'Step').invokers).toEqual([]);
  });

  it('gives the API’s id, routes, stage and re-worded answers', () => {
    const functionArn = functionOf(read, 'Verify').arn;
    expect(read.apiId).toMatch(/^[a-z0-9]{10}$/);
    expect(read.stage).toBe('v');
    expect(read.routes).toEqual([
      {
        method: 'POST',
        resource: '/v1/api/organizations/{organizationId}/buckets/verify',
        functionArn,
        authorization: 'NONE',
      },
      { method: 'GET', resource: '/v1/api/organizations/{organizationId}', functionArn, authorization: 'AWS_IAM' },
    ]);
    expect(read.gatewayResponses).toEqual([
      {
        type: 'MISSING_AUTHENTICATION_TOKEN',
        status: 404,
        headers: { 'cache-control': 'no-store' },
        templates: { 'application/json': '{"error":"not found"}' },
      },
    ]);
  });

  it('gives each role its unique id and its statements, resolved', () => {
    const table = read.tables[0]?.arn;
    const { id, statements } = found(read.roles, ({ arn }) => arn === functionOf(read, 'Verify').role);
    expect(id).toMatch(/^AROA[A-Z0-9]{17}$/);
    expect(statements).toContainEqual({
      effect: 'Allow',
      actions: ['dynamodb:PutItem', 'dynamodb:Query'],
      resources: [table, `${table}/index/*`],
      conditions: {},
    });
    expect(statements).toContainEqual({
      effect: 'Allow',
      actions: ['dynamodb:GetItem'],
      resources: [table],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['JOB#*'] } },
    });
    // The managed policy of a function's role writes logs, and nothing else.
    expect(statements.filter(({ resources }) => resources.includes('*')).flatMap(({ actions }) => actions)).toEqual([
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  it('gives tables as CreateTable takes them, and secrets to generate', () => {
    expect(read.tables).toMatchObject([
      {
        timeToLiveAttribute: 'expiresAt',
        definition: {
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [{ IndexName: 'byDue', Projection: { ProjectionType: 'ALL' } }],
        },
      },
    ]);
    const [secret] = read.secrets;
    expect(secret).toMatchObject({ length: 64, excludePunctuation: true });
    expect(secret?.arn).toMatch(
      new RegExp(`^arn:aws:secretsmanager:us-east-1:000000000000:secret:${secret?.name}-[A-Za-z0-9]{6}$`),
    );
  });

  it('gives state machines their parsed definition, and rules their pattern and targets', () => {
    const step = functionOf(read, 'Step').arn;
    expect(read.stateMachines).toMatchObject([
      { definition: { StartAt: 'Pause', TimeoutSeconds: 600, States: { Run: { Type: 'Task', Resource: step } } } },
    ]);
    expect(read.rules).toMatchObject([
      {
        pattern: { source: ['aws.states'], detail: { stateMachineArn: [read.stateMachines[0]?.arn] } },
        bus: 'default',
        targets: [{ arn: functionOf(read, 'Listen').arn, kind: 'function' }],
      },
    ]);
  });
});

describe('a parameter or a condition', () => {
  it('decides what is in the stack', async () => {
    const conditional = (template: Template) => {
      template['Conditions'] = { InProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
      first(template, 'AWS::SecretsManager::Secret')['Description'] = 'changed';
      const secret = found(
        Object.entries(template.Resources),
        ([, { Type }]) => Type === 'AWS::SecretsManager::Secret',
      );
      template.Resources['Extra'] = { ...secret[1], Condition: 'InProd' };
    };
    expect((await readChanged(conditional)).secrets).toHaveLength(1);
    const inProd = await readChanged(conditional, { Stage: 'prod' });
    expect(inProd.secrets).toHaveLength(2);
    expect(functionOf(inProd, 'Verify').environment['STAGE']).toBe('prod');
  });
});

describe('a function’s permissions', () => {
  const withPermission = (change: (permission: Record<string, unknown>) => void) =>
    readChanged((template) => {
      for (const { Type, Properties } of Object.values(template.Resources)) {
        if (Type === 'AWS::Lambda::Permission' && Properties?.['Principal'] === 'apigateway.amazonaws.com') {
          change(Properties);
        }
      }
    });

  it.each([
    ['for another route', { SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:other/v/POST/x' }, []],
    ['for another account', { SourceAccount: '111111111111' }, []],
    ['for any source', { SourceArn: undefined }, ['apigateway.amazonaws.com']],
  ])('%s name their invokers', async (_, change, invokers) => {
    const changed = await withPermission((permission) => {
      Object.assign(permission, change);
    });
    expect(functionOf(changed, 'Verify').invokers).toEqual(invokers);
  });
});

describe('the start is stopped by', () => {
  it.each(refused)('%s', async (_, change, sentence) => {
    const error = await readChanged(change).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StartRefused);
    expect(error instanceof Error ? error.message : '').toMatch(sentence);
  });

  it('an assembly that is not there', () => {
    expect(() => readTemplate(join(folder, 'nothing'))).toThrow(/manifest\.json cannot be read; synthesize/);
  });
});

it('takes a definition with substitutions', async () => {
  const changed = await readChanged((template) => {
    Object.assign(first(template, 'AWS::StepFunctions::StateMachine'), {
      DefinitionString: `{"StartAt":"Only","States":{"Only":{"Type":"Task","Resource":"\${Step}","TimeoutSeconds":\${Limit},"End":true}}}`,
      DefinitionSubstitutions: { Step: { 'Fn::GetAtt': ['StepA54AB31A', 'Arn'] }, Limit: 7 },
    });
  });
  expect(changed.stateMachines[0]?.definition).toMatchObject({
    States: { Only: { Resource: functionOf(changed, 'Step').arn, TimeoutSeconds: 7 } },
  });
});

describe('on the wire, the stack', () => testRightsOfStack(() => read));
