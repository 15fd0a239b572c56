import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemplate } from '../../../../infra/local/template/read-template.ts';
import { periodOf } from '../../../../infra/local/template/resources/schedule.ts';

type Properties = Readonly<Record<string, unknown>>;

let folder: string;
let assemblies = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bus = { Ref: 'Bus' };
const busArn = { 'Fn::GetAtt': ['Bus', 'Arn'] };
const queueArn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const statement = {
  Sid: 'customers',
  Effect: 'Allow',
  Principal: { AWS: { Ref: 'Accounts' } },
  Action: 'events:PutEvents',
  Resource: busArn,
  Condition: { StringEquals: { 'events:source': ['aws.s3', 'aws.iam'] } },
};
const policy = { EventBusName: bus, StatementId: 'customers', Statement: statement };
const rule = {
  EventBusName: bus,
  EventPattern: { source: ['aws.s3'] },
  Targets: [{ Id: 'a', Arn: queueArn('Notices') }],
};
const schedule = { ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'a', Arn: queueArn('Notices') }] };

/** Reads a stack of a bus with a policy (while there are accounts), a rule of it, and a schedule. */
async function read(changes: { policy?: Properties; rule?: Properties; schedule?: Properties } = {}, accounts = '') {
  assemblies += 1;
  const directory = join(folder, String(assemblies));
  await mkdir(directory);
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 't.json', stackName: 'small-dev' } };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { Small: stack } }));
  const template = {
    Parameters: { Accounts: { Type: 'CommaDelimitedList', Default: '' } },
    Conditions: { HasAccounts: { 'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': [',', { Ref: 'Accounts' }] }, ''] }] } },
    Resources: {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'customers', Description: 'x' } },
      Policy: {
        Type: 'AWS::Events::EventBusPolicy',
        Condition: 'HasAccounts',
        Properties: { ...policy, ...changes.policy },
      },
      Notices: { Type: 'AWS::SQS::Queue', Properties: {} },
      Dead: { Type: 'AWS::SQS::Queue', Properties: {} },
      Forwarded: { Type: 'AWS::Events::Rule', Properties: { ...rule, ...changes.rule } },
      Sweep: { Type: 'AWS::Events::Rule', Properties: { ...schedule, ...changes.schedule } },
    },
  };
  await writeFile(join(directory, 't.json'), JSON.stringify(template));
  return readTemplate(directory, { parameters: { Accounts: accounts } });
}

const twoAccounts = '111122223333, 444455556666';

describe('a bus', () => {
  it('has its name and ARN, and admits the accounts and sources of its policy', async () => {
    expect((await read({}, twoAccounts)).buses).toEqual([
      {
        name: 'customers',
        arn: 'arn:aws:events:us-east-1:000000000000:event-bus/customers',
        admits: [{ accounts: ['111122223333', '444455556666'], sources: ['aws.s3', 'aws.iam'] }],
      },
    ]);
  });

  it('admits nobody when the condition of its policy does not hold', async () => {
    expect((await read()).buses).toMatchObject([{ admits: [] }]);
  });

  it.each([
    ['an account by its root', { Statement: { ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:root' } } }],
    [
      'a set operator',
      { Statement: { ...statement, Condition: { 'ForAllValues:StringEquals': { 'events:source': 'aws.s3' } } } },
    ],
    ['the older form', { Statement: { Ref: 'AWS::NoValue' }, Action: 'events:PutEvents', Principal: '111122223333' }],
  ])('understands a policy with %s', async (_, changed) => {
    const [grant] = (await read({ policy: changed }, '111122223333')).buses[0]?.admits ?? [];
    expect(grant?.accounts).toEqual(['111122223333']);
  });

  const withStatement = (changed: Properties) => ({ Statement: { ...statement, ...changed } });
  it.each([
    ['everybody', withStatement({ Principal: '*' }), /^AWS::Events::EventBusPolicy Policy: Statement\.Principal/],
    ['a role', withStatement({ Principal: { AWS: 'arn:aws:iam::111122223333:role/x' } }), /other than an account/],
    ['a service', withStatement({ Principal: { Service: 's3.amazonaws.com' } }), /Statement\.Principal\.AWS is not/],
    ['a denial', withStatement({ Effect: 'Deny' }), /Statement\.Effect/],
    ['another action', withStatement({ Action: 'events:*' }), /Statement\.Action/],
    ['another resource', withStatement({ Resource: '*' }), /something other than its bus/],
    [
      'another key',
      withStatement({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o' } } }),
      /Condition\.StringEquals\.events:source is not/,
    ],
    ['another operator', withStatement({ Condition: { StringLike: { 'events:source': '*' } } }), /StringLike/],
    [
      'two conditions',
      withStatement({
        Condition: {
          StringEquals: { 'events:source': 'a' },
          'ForAnyValue:StringEquals': { 'events:source': 'b' },
        },
      }),
      /two conditions/,
    ],
    ['no statement', { Statement: { Ref: 'AWS::NoValue' } }, /needs either a statement or/],
    ['the default bus', { EventBusName: 'default' }, /of a bus that the template does not have/],
  ])('refuses a policy with %s', async (_, changed, sentence) => {
    await expect(read({ policy: changed }, '111122223333')).rejects.toThrow(sentence);
  });
});

describe('a rule', () => {
  it('has its bus, and targets that are queues with their dead letters', async () => {
    const targets = [
      { Id: 'a', Arn: queueArn('Notices'), DeadLetterConfig: { Arn: queueArn('Dead') }, RetryPolicy: {} },
    ];
    const { rules, queues } = await read({ rule: { Targets: targets, Name: 'named', EventBusName: busArn } });
    const arnOf = (id: string) => queues.find(({ logicalId }) => logicalId === id)?.arn;
    expect(rules).toMatchObject([
      {
        logicalId: 'Forwarded',
        name: 'named',
        arn: 'arn:aws:events:us-east-1:000000000000:rule/customers/named',
        bus: 'customers',
        pattern: { source: ['aws.s3'] },
        targets: [{ arn: arnOf('Notices'), kind: 'queue', deadLetterArn: arnOf('Dead') }],
      },
      { logicalId: 'Sweep', bus: 'default', everySeconds: 60, targets: [{ arn: arnOf('Notices'), kind: 'queue' }] },
    ]);
    expect(rules[1]?.arn).toBe(`arn:aws:events:us-east-1:000000000000:rule/${rules[1]?.name}`);
  });

  it('is left out while it is disabled', async () => {
    const { rules } = await read({ schedule: { State: 'DISABLED', ScheduleExpression: 'cron(0 8 * * ? *)' } });
    expect(rules.map(({ logicalId }) => logicalId)).toEqual(['Forwarded']);
  });

  const target = (more: Properties) => ({ Targets: [{ Id: 'a', Arn: queueArn('Notices'), ...more }] });
  it.each([
    [
      'a target that is nothing of the template',
      { rule: target({ Arn: 'arn:aws:sns:x' }) },
      /neither a function nor a/,
    ],
    ['dead letters elsewhere', { rule: target({ DeadLetterConfig: { Arn: 'x' } }) }, /no queue of the template/],
    ['a part of the event', { rule: target({ InputPath: '$.detail' }) }, /Targets\.0\.InputPath is not understood/],
    ['another event', { rule: target({ Input: '{}' }) }, /Targets\.0\.Input is not understood/],
    ['a transformer', { rule: target({ InputTransformer: {} }) }, /Targets\.0\.InputTransformer is not understood/],
    ['an unknown bus', { rule: { EventBusName: 'other' } }, /^AWS::Events::Rule Forwarded is of a bus that/],
    ['cron', { schedule: { ScheduleExpression: 'cron(0 8 * * ? *)' } }, /^AWS::Events::Rule Sweep: ScheduleExpression/],
    ['a schedule on another bus', { schedule: { EventBusName: bus } }, /only the default bus/],
    ['nothing to start it', { schedule: { ScheduleExpression: { Ref: 'AWS::NoValue' } } }, /either a pattern or a sch/],
  ])('refuses %s', async (_, changes, sentence) => {
    await expect(read(changes)).rejects.toThrow(sentence);
  });
});

it('reads rates as they are documented', () => {
  const rates = ['rate(1 minute)', 'rate(5 minutes)', 'rate(1 hour)', 'rate(2 days)', 'rate(24 days)'];
  expect(rates.map((rate) => periodOf(rate, 'Rule r'))).toEqual([60, 300, 3600, 172_800, 2_073_600]);
  for (const rate of ['rate(0 minutes)', 'rate(1 minutes)', 'rate(5 hour)', 'rate(25 days)', 'rate(1 second)', '']) {
    expect(() => periodOf(rate, 'Rule r')).toThrow(/^Rule r: ScheduleExpression /);
  }
});
