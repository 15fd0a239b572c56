import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ownerCalls } from '../../../functions/core/reverification/cloudtrail-calls.ts';
import { functionsOf, logicalIdIn, type Resource, resourceOf, resourcesOf, rolesOf, synthesize } from '../template.ts';

const template = synthesize();
const functions = functionsOf(template);
const idOf = (task: string) => functions.get(`reverification/${task}`)?.id ?? `no ${task}`;
const ref = (id: string) => ({ Ref: id });
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** The queues by what their logical ids end in, before CloudFormation's hash. */
const queues = new Map(
  resourcesOf(template, 'AWS::SQS::Queue').map(([id, queue]) => [
    /Queues(\w+?)[0-9A-F]{8}$/.exec(id)?.[1],
    { id, queue },
  ]),
);
const queueId = (name: string) => queues.get(name)?.id ?? `no ${name}`;
const [busId, bus] = resourceOf(template, 'AWS::Events::EventBus');

const ruleProperties = z.object({
  EventBusName: z.optional(z.unknown()),
  EventPattern: z.optional(z.record(z.string(), z.unknown())),
  ScheduleExpression: z.optional(z.string()),
  State: z.literal('ENABLED'),
  Targets: z.array(z.record(z.string(), z.unknown())),
});
/** The rules but the verification loop's, by the names in their logical ids. */
const rules = new Map(
  resourcesOf(template, 'AWS::Events::Rule').flatMap(([id, { Properties }]) => {
    const name = /^Reverification(\w+?)[0-9A-F]{8}$/.exec(id)?.[1];
    return name === undefined ? [] : [[name, { id, rule: ruleProperties.parse(Properties) }] as const];
  }),
);

describe('the queues', () => {
  const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').map(([, { Properties }]) =>
    z
      .object({ Queues: z.array(z.unknown()), PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) })
      .parse(Properties),
  );
  const statementsOf = (name: string) =>
    policies
      .filter(({ Queues }) => logicalIdIn(Queues[0]) === queueId(name))
      .map((policy) => policy.PolicyDocument.Statement);

  it('are three, of which two give what fails three times to the third, which keeps it longest', () => {
    const redrive = {
      RedrivePolicy: { deadLetterTargetArn: arn(queueId('DeadLetters')), maxReceiveCount: 3 },
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 345_600,
      SqsManagedSseEnabled: true,
    };
    expect(Object.fromEntries([...queues].map(([name, { queue }]) => [name, queue.Properties]))).toEqual({
      Checks: redrive,
      Notices: redrive,
      DeadLetters: { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true },
    });
  });

  it('hide a message for six times as long as its task can take', () => {
    for (const task of ['check', 'storage-event'])
      expect(6 * (functions.get(`reverification/${task}`)?.properties.Timeout ?? Number.NaN)).toBe(180);
  });

  it('speak TLS only, and take from EventBridge what these rules send and nothing else', () => {
    const sends = (rule: string, actions: unknown) => ({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: actions,
      Resource: expect.anything(),
      Condition: { ArnEquals: { 'aws:SourceArn': arn(rules.get(rule)?.id ?? '') } },
    });
    const noTls = {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Resource: expect.anything(),
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    const send = ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'];
    expect(statementsOf('Checks')).toEqual([[noTls]]);
    expect(statementsOf('Notices')).toEqual([
      [noTls, sends('SecretChanged', send), sends('OwnerEvents', send), sends('Requested', send)],
    ]);
    const ofRules = [...rules.keys()].map((rule) => ({ ...sends(rule, 'sqs:SendMessage'), Sid: expect.any(String) }));
    expect(statementsOf('DeadLetters')).toEqual([[noTls, ...ofRules]]);
  });

  it('are read by one function each, as many times at once as the parameter says', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
    expect(mappings).toHaveLength(2);
    expect(mappings).toContainEqual({
      EventSourceArn: arn(queueId('Checks')),
      FunctionName: ref(idOf('check')),
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: ref('CheckWorkers') },
    });
    expect(mappings).toContainEqual({
      EventSourceArn: arn(queueId('Notices')),
      FunctionName: ref(idOf('storage-event')),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(template.Parameters['CheckWorkers']).toMatchObject({ Default: 10, MinValue: 2, MaxValue: 1_000 });
  });

  it.each([
    ['check', 'Checks'],
    ['storage-event', 'Notices'],
  ])('are each open to their function: %s to %s', (task, queue) => {
    const onQueues = [...rolesOf(template)].flatMap(([role, { statements }]) =>
      statements
        .filter(({ sid }) => sid === 'OwnQueue')
        .map(({ actions, resources }) => ({ role, actions, resources })),
    );
    expect(onQueues.filter(({ resources }) => resources.includes(`<${queueId(queue)}.Arn>`))).toEqual([
      {
        role: functions.get(`reverification/${task}`)?.role,
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [`<${queueId(queue)}.Arn>`],
      },
    ]);
    expect(onQueues).toHaveLength(2);
  });
});

describe('the rules', () => {
  it('give what they cannot deliver to the dead letters, all of them', () => {
    expect([...rules.keys()]).toEqual(['Sweep', 'Janitor', 'SecretChanged', 'OwnerEvents', 'Requested']);
    for (const [name, { rule }] of rules) {
      expect(rule.Targets, name).toHaveLength(1);
      expect(rule.Targets[0], name).toMatchObject({ DeadLetterConfig: { Arn: arn(queueId('DeadLetters')) } });
    }
  });

  it.each([
    ['Sweep', 'sweep', 'rate(1 minute)'],
    ['Janitor', 'janitor', 'rate(1 hour)'],
  ])('run by the clock: %s', (name, task, rate) => {
    const { id, rule } = rules.get(name) ?? {};
    expect(rule).toMatchObject({ ScheduleExpression: rate, Targets: [{ Arn: arn(idOf(task)) }] });
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').filter(
      ([, { Properties }]) => logicalIdIn(Properties['SourceArn'] ?? '') === id,
    );
    expect(permissions).toHaveLength(1);
    expect(permissions[0]?.[1].Properties).toMatchObject({ FunctionName: arn(idOf(task)) });
  });

  it('see a secret of this stage change, on the default bus', () => {
    const { rule } = rules.get('SecretChanged') ?? {};
    expect(rule).toMatchObject({
      EventPattern: {
        source: ['aws.secretsmanager'],
        'detail-type': ['Secret Label Updated'],
        detail: { labelUpdated: ['AWSCURRENT'], name: [{ prefix: 'prod/conn/' }] },
      },
      Targets: [{ Arn: arn(queueId('Notices')) }],
    });
    expect(rule).not.toHaveProperty('EventBusName');
  });

  it('see what owners forward, and what this account asks for, on the bus of its own', () => {
    const calls = [...Object.keys(ownerCalls['aws.s3']), ...Object.keys(ownerCalls['aws.iam'])];
    expect(rules.get('OwnerEvents')?.rule).toMatchObject({
      EventBusName: ref(busId),
      EventPattern: {
        source: ['aws.s3', 'aws.iam'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: { eventSource: ['s3.amazonaws.com', 'iam.amazonaws.com'], eventName: calls },
      },
      Targets: [{ Arn: arn(queueId('Notices')) }],
    });
    expect(rules.get('Requested')?.rule).toMatchObject({
      EventBusName: ref(busId),
      EventPattern: {
        source: ['storage-connections'],
        'detail-type': ['ReverifyRequested'],
        account: [ref('AWS::AccountId')],
      },
      Targets: [{ Arn: arn(queueId('Notices')) }],
    });
  });

  it('stay within the 2,048 characters that EventBridge takes of a pattern', () => {
    for (const { rule } of rules.values()) expect(JSON.stringify(rule.EventPattern ?? {}).length).toBeLessThan(2_000);
  });
});

describe('the bus', () => {
  it('takes from the accounts that the parameter names what AWS says of them, and from no others', () => {
    const [, policy] = resourceOf(template, 'AWS::Events::EventBusPolicy');
    expect(policy.Properties).toEqual({
      EventBusName: ref(busId),
      StatementId: 'OwnersAccounts',
      Statement: {
        Sid: 'OwnersAccounts',
        Effect: 'Allow',
        Principal: { AWS: ref('EventAccounts') },
        Action: 'events:PutEvents',
        Resource: arn(busId),
        Condition: { StringEquals: { 'events:source': ['aws.s3', 'aws.iam'] } },
      },
    });
    expect(bus.Properties).not.toHaveProperty('Policy');
  });

  it('has no policy where the parameter names nobody', () => {
    const [, { Condition = 'none' }]: readonly [string, Resource] = resourceOf(template, 'AWS::Events::EventBusPolicy');
    expect(template.Conditions[Condition]).toEqual({
      'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', ref('EventAccounts')] }, ''] }],
    });
    expect(template.Parameters['EventAccounts']).toMatchObject({ Type: 'CommaDelimitedList', Default: '' });
  });

  it.each([
    ['', true],
    ['111122223333', true],
    ['111122223333,444455556666', true],
    ['*', false],
    ['111122223333,*', false],
    ['arn:aws:iam::111122223333:root', false],
    ['11112222333', false],
  ])('has accounts by their ids: %j %j', (given, taken) => {
    const { AllowedPattern } = z.object({ AllowedPattern: z.string() }).parse(template.Parameters['EventAccounts']);
    expect(new RegExp(AllowedPattern).test(given)).toBe(taken);
  });

  it('is told of by the stack', () => {
    expect(template.Outputs['EventBusArn']).toMatchObject({ Value: arn(busId) });
  });
});

describe('an operator', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

  it('is alarmed by a dead letter, by checks that wait too long, and by a sweep or a janitor that keeps failing', () => {
    const missing = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' };
    const errors = (task: string) => ({
      ...missing,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: ref(idOf(task)) }],
      Statistic: 'Sum',
      Period: 900,
      Threshold: 3,
    });
    expect(alarms).toHaveLength(4);
    expect(alarms).toContainEqual(expect.objectContaining(errors('sweep')));
    expect(alarms).toContainEqual(expect.objectContaining(errors('janitor')));
    const ofQueue = (name: string, MetricName: string, Threshold: number) =>
      expect.objectContaining({
        ...missing,
        ...{ Namespace: 'AWS/SQS', MetricName, Statistic: 'Maximum', Period: 300, Threshold },
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queueId(name), 'QueueName'] } }],
      });
    expect(alarms).toContainEqual(ofQueue('DeadLetters', 'ApproximateNumberOfMessagesVisible', 1));
    expect(alarms).toContainEqual(ofQueue('Checks', 'ApproximateAgeOfOldestMessage', 900));
    for (const alarm of alarms) expect(alarm).not.toHaveProperty('AlarmActions');
  });

  it.each([
    ['janitor', 'JanitorFailures', '{ $.message.event = "janitor" }', '$.message.failed'],
    ['check', 'FailedChecks', '{ $.message.event = "unexpected" }', '1'],
    ['storage-event', 'FailedNotices', '{ $.message.event = "unexpected" }', '1'],
  ])('finds what the log of %s says counted', (task, metric, pattern, value) => {
    const filters = resourcesOf(template, 'AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
    expect(filters).toContainEqual({
      LogGroupName: ref(functions.get(`reverification/${task}`)?.logGroup ?? ''),
      FilterPattern: pattern,
      MetricTransformations: [{ MetricNamespace: 'StorageConnections', MetricName: metric, MetricValue: value }],
    });
  });
});

describe('parameters', () => {
  it.each([
    ['RecheckHealthyMinutes', 1_440, 5, 44_640],
    ['RecheckFailingMinutes', 15, 1, 1_440],
    ['AnnounceSettleMinutes', 15, 1, 1_440],
    ['HistoryRetentionDays', 365, 1, 3_650],
  ])('say how often and for how long: %s', (name, fallback, least, most) => {
    expect(template.Parameters[name]).toMatchObject({
      Type: 'Number',
      Default: fallback,
      MinValue: least,
      MaxValue: most,
    });
  });

  it.each(['AzureEventTenants', 'AzureEventAudience', 'GoogleEventAudience', 'GoogleEventSenders'])(
    'listen to nobody by default: %s',
    (name) => {
      expect(template.Parameters[name]).toMatchObject({ Type: 'String', Default: '' });
    },
  );
});
