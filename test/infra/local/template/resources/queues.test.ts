import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemplate } from '../../../../../infra/local/template/read-template.ts';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';

type Properties = Readonly<Record<string, unknown>>;

let folder: string;
let assemblies = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queues-'));
  await mkdir(join(folder, 'code'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
/** As the CDK writes it: `enforceSSL`, and a rule whose target the queue is. */
const tlsOnly = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sqs:*',
  Resource: arnOf('Checks'),
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const fromRule = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
  Resource: arnOf('Checks'),
  Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:000000000000:rule/r' } },
};
const checks = {
  VisibilityTimeout: 120,
  RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetters'), maxReceiveCount: 3 },
};
const mapping = {
  EventSourceArn: arnOf('Checks'),
  FunctionName: { Ref: 'Work' },
  BatchSize: 1,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  ScalingConfig: { MaximumConcurrency: { Ref: 'Workers' } },
};
const assumedBy = (Service: string) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
});

interface Changes {
  readonly checks?: Properties;
  readonly policy?: Properties;
  readonly statement?: Properties;
  readonly mapping?: Properties;
}

/** Reads a stack of a queue with a policy and dead letters, and a function that is mapped to it. */
async function read(changes: Changes = {}, more: Properties = {}) {
  assemblies += 1;
  const directory = join(folder, String(assemblies));
  await mkdir(directory);
  const artifacts = {
    Small: { type: 'aws:cloudformation:stack', properties: { templateFile: 't.json', stackName: 'small-dev' } },
    Assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
  };
  const code = { source: { path: '../code', packaging: 'zip' }, destinations: { here: { objectKey: 'code.zip' } } };
  const Resources = {
    DeadLetters: { Type: 'AWS::SQS::Queue' },
    Checks: { Type: 'AWS::SQS::Queue', Properties: { ...checks, ...changes.checks } },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        PolicyDocument: { Version: '2012-10-17', Statement: [tlsOnly, { ...fromRule, ...changes.statement }] },
        Queues: [{ Ref: 'Checks' }],
        ...changes.policy,
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com') } },
    Work: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'b', S3Key: 'code.zip' },
        Environment: { Variables: { CHECKS: { Ref: 'Checks' }, NAME: { 'Fn::GetAtt': ['Checks', 'QueueName'] } } },
        Handler: 'index.handler',
        Role: arnOf('Role'),
        Runtime: 'nodejs24.x',
        Timeout: 20,
      },
    },
    Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...mapping, ...changes.mapping } },
    ...more,
  };
  const template = { Parameters: { Workers: { Type: 'Number', Default: 4 } }, Resources };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  await writeFile(join(directory, 'assets.json'), JSON.stringify({ files: { code } }));
  await writeFile(join(directory, 't.json'), JSON.stringify(template));
  return readTemplate(directory);
}

it('a queue has its name, ARN and URL, SQS’s defaults, its dead letter queue, and what services may do', async () => {
  const { queues, functions } = await read();
  const [dead, queue] = queues;
  expect(dead?.name).toMatch(/^small-dev-DeadLetters-[A-Z0-9]{12}$/);
  expect(dead).toEqual({
    logicalId: 'DeadLetters',
    name: dead?.name,
    arn: `arn:aws:sqs:us-east-1:000000000000:${dead?.name}`,
    url: `https://sqs.us-east-1.amazonaws.com/000000000000/${dead?.name}`,
    visibilitySeconds: 30,
    retentionSeconds: 345_600,
    delaySeconds: 0,
    receiveWaitSeconds: 0,
    maxMessageBytes: 1_048_576,
    policy: [],
  });
  expect(queue).toMatchObject({
    visibilitySeconds: 120,
    redrive: { deadLetterArn: dead?.arn, maxReceiveCount: 3 },
    policy: [
      {
        effect: 'Allow',
        services: ['events.amazonaws.com'],
        actions: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
        resources: [queue?.arn],
        conditions: { ArnEquals: { 'aws:SourceArn': ['arn:aws:events:us-east-1:000000000000:rule/r'] } },
      },
    ],
  });
  expect(functions[0]?.environment).toEqual({ CHECKS: queue?.url, NAME: queue?.name });
});

it('a mapping has its queue, function and limits, and the same UUID on every start', async () => {
  const { queues, functions, mappings } = await read();
  expect(mappings).toEqual([
    {
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      queueArn: queues[1]?.arn,
      functionArn: functions[0]?.arn,
      batchSize: 1,
      maxConcurrency: 4,
      reportsFailures: true,
      enabled: true,
    },
  ]);
  expect((await read()).mappings).toEqual(mappings);
  const bare = { BatchSize: undefined, FunctionResponseTypes: undefined, ScalingConfig: undefined, Enabled: false };
  const [other] = (await read({ mapping: bare })).mappings;
  expect(other).toMatchObject({ batchSize: 10, reportsFailures: false, enabled: false });
  expect(other).not.toHaveProperty('maxConcurrency');
});

describe('the start is stopped by', () => {
  const second = { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: { Statement: [] }, Queues: ['x'] } };
  it.each<readonly [string, Changes, Properties, RegExp]>([
    ['a FIFO queue', { checks: { FifoQueue: true } }, {}, /^AWS::SQS::Queue Checks: FifoQueue/],
    ['a key of KMS', { checks: { KmsMasterKeyId: 'k' } }, {}, /KmsMasterKeyId is not understood/],
    ['a time-out beyond SQS’s', { checks: { VisibilityTimeout: 43_201 } }, {}, /VisibilityTimeout/],
    [
      'a queue that is its own dead letter queue',
      { checks: { RedrivePolicy: { deadLetterTargetArn: arnOf('Checks'), maxReceiveCount: 3 } } },
      {},
      /Checks has a dead letter queue that is not another queue of the template/,
    ],
    ['a policy about roles', { statement: { Principal: { AWS: 'r' } } }, {}, /Policy has a statement about principals/],
    ['a policy about anybody', { statement: { Principal: '*' } }, {}, /principals that are not services/],
    [
      'an unknown condition',
      { statement: { Condition: { StringEquals: { 'aws:SourceIp': 'x' } } } },
      {},
      /unknown condition key aws:SourceIp/,
    ],
    ['a policy of another queue', { policy: { Queues: ['x'] } }, {}, /a queue that the template does not have/],
    [
      'a second policy',
      {},
      { Second: { ...second, Properties: { ...second.Properties, Queues: [{ Ref: 'Checks' }] } } },
      /^AWS::SQS::QueuePolicy Second is a queue's second policy/,
    ],
    ['a mapping of something else', { mapping: { EventSourceArn: 'x' } }, {}, /not a queue of the template/],
    ['a mapping to nothing', { mapping: { FunctionName: 'x' } }, {}, /Mapping names an unknown function/],
    ['a filter', { mapping: { FilterCriteria: {} } }, {}, /FilterCriteria is not understood/],
    ['a batching window', { mapping: { MaximumBatchingWindowInSeconds: 5 } }, {}, /MaximumBatchingWindowInSeconds/],
    ['a concurrency of one', { mapping: { ScalingConfig: { MaximumConcurrency: 1 } } }, {}, /MaximumConcurrency/],
    [
      'a queue that shows messages before the function has ended',
      { checks: { VisibilityTimeout: 19 } },
      {},
      /time-out \(19 s\) is less than the function's time-out \(20 s\)/,
    ],
  ])('%s', async (_, changes, more, sentence) => {
    const error = await read(changes, more).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StartRefused);
    expect(error instanceof Error ? error.message : '').toMatch(sentence);
  });
});
