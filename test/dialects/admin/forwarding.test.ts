import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { ownerCalls } from '../../../functions/core/reverification/cloudtrail-calls.ts';
import { showForwarding } from '../../../functions/dialects/admin/show-forwarding/endpoint.ts';
import {
  type ForwardingTo,
  forwardingTemplate,
} from '../../../functions/dialects/admin/show-forwarding/forwarding-template.ts';
import { compilePattern } from '../../../infra/local/aws/eventbridge/pattern.ts';
import { createConditions } from '../../../infra/local/template/conditions.ts';
import { createResolver } from '../../../infra/local/template/intrinsics.ts';
import { refuse } from '../../../infra/local/template/start-refused.ts';
import { newScene } from './connections-scene.ts';
import { problemOf } from './operator-request.ts';

const to: ForwardingTo = {
  accountId: '123456789012',
  externalId: '6f1c1c1e-6a3e-4d53-a0a9-6f3a3f7e7b51',
  eventBus: 'arn:aws:events:eu-central-1:123456789012:event-bus/StorageConnectionsEvents',
};

const rule = z.object({
  Condition: z.optional(z.string()),
  Properties: z.object({ Name: z.string(), EventPattern: z.record(z.string(), z.unknown()), Targets: z.unknown() }),
});

/** The template as CloudFormation reads it in an owner's account. @returns its rules that are there, and its role */
function deployed({ region = 'us-east-1', buckets = '' } = {}) {
  const { Conditions, Resources } = forwardingTemplate(to);
  const values = new Map<string, unknown>([
    ['AWS::Region', region],
    ['AWS::AccountId', '999999999999'],
    ['AWS::Partition', 'aws'],
    ['Buckets', buckets.split(',').map((name) => name.trim())],
  ]);
  const resolve = createResolver({
    ref: (name) => values.get(name) ?? refuse(`There is no ${name}.`),
    attribute: (id, attribute) => `<${id}.${attribute}>`,
    condition: (name, where) => conditions(name, where),
  });
  const conditions = createConditions(Conditions, resolve);
  const { Forwarder, ...rules } = Resources;
  const there = Object.values(rules).flatMap((one) => {
    const { Condition, Properties } = rule.parse(one);
    if (Condition !== undefined && !conditions(Condition, 'a rule')) return [];
    return [rule.shape.Properties.parse(resolve(Properties, 'rule'))];
  });
  return { rules: there, role: resolve(Forwarder.Properties, 'role') };
}

/** What the rules of an account forward of a call in it. */
const forwards = (call: { source: string; eventName: string; bucketName?: string; errorCode?: string }, in_ = {}) => {
  const { source, bucketName, ...detail } = call;
  const event = {
    ...{ source, 'detail-type': 'AWS API Call via CloudTrail', account: '999999999999' },
    detail: {
      ...{ ...detail, eventSource: source.replace(/^aws\.(.*)$/, '$1.amazonaws.com') },
      requestParameters: { ...(bucketName !== undefined && { bucketName }) },
    },
  };
  return deployed(in_).rules.some(({ Name, EventPattern }) => compilePattern(EventPattern, Name)(event));
};
const s3 = { source: 'aws.s3', eventName: 'PutBucketPolicy', bucketName: 'acme' };
const iam = { source: 'aws.iam', eventName: 'DeleteAccessKey' };

describe('the template for an owner of buckets', () => {
  test('has what CloudFormation documents for its resources, and nothing else', () => {
    const { Resources, ...sections } = forwardingTemplate(to);
    expect(Object.keys(sections)).toEqual([
      ...['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Conditions'],
    ]);
    // "AWS::Events::Rule" and "AWS::IAM::Role" of the template reference.
    const rule = ['Name', 'Description', 'State', 'EventPattern', 'Targets'];
    const found = Object.entries(Resources).map(([id, { Type, Properties }]) => [id, Type, Object.keys(Properties)]);
    expect(found).toEqual([
      ['BucketChanges', 'AWS::Events::Rule', rule],
      ['IdentityChanges', 'AWS::Events::Rule', rule],
      ['Forwarder', 'AWS::IAM::Role', ['Description', 'AssumeRolePolicyDocument', 'Policies']],
    ]);
  });

  test('stays within CloudFormation’s bounds, and says what it needs', () => {
    const { Description } = forwardingTemplate(to);
    // "AWS CloudFormation quotas": the description's length; EventBridge: that of a rule's name.
    expect(Buffer.byteLength(Description)).toBeLessThanOrEqual(1_024);
    for (const { Name } of deployed().rules) expect(Name).toMatch(/^[.\-_A-Za-z0-9]{1,64}$/);
    expect(Description).toMatch(/CloudTrail has to log management events/);
  });

  test('forwards every call that is understood here, and no other', () => {
    for (const [source, calls] of Object.entries(ownerCalls)) {
      for (const eventName of Object.keys(calls)) expect(forwards({ ...s3, source, eventName }), eventName).toBe(true);
    }
    expect(forwards({ ...s3, eventName: 'GetBucketPolicy' })).toBe(false);
    expect(forwards({ ...s3, source: 'aws.ec2' })).toBe(false);
    expect(forwards({ ...s3, errorCode: 'AccessDenied' })).toBe(false);
    expect(forwards({ ...iam, errorCode: 'AccessDenied' })).toBe(false);
  });

  test('forwards what happens to the buckets that are named, or to all', () => {
    expect(forwards({ ...s3, bucketName: 'other' })).toBe(true);
    expect(forwards(s3, { buckets: 'else, acme' })).toBe(true);
    expect(forwards({ ...s3, bucketName: 'other' }, { buckets: 'else, acme' })).toBe(false);
    expect(forwards(iam, { buckets: 'else' })).toBe(true);
  });

  test('asks for events of identities where they are: in us-east-1', () => {
    expect(deployed().rules).toHaveLength(2);
    expect(deployed({ region: 'eu-central-1' }).rules).toHaveLength(1);
    expect(forwards(s3, { region: 'eu-central-1' })).toBe(true);
  });

  test('sends to the bus, by a role that may do that and nothing else, for rules of this name here', () => {
    const { rules, role } = deployed({ region: 'eu-west-1' });
    const arn = 'arn:aws:events:eu-west-1:999999999999:rule/storage-connections-*';
    expect(role).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            ...{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': '999999999999' },
              ArnLike: { 'aws:SourceArn': arn },
            },
          },
        ],
      },
      Policies: [
        { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: to.eventBus }] } },
      ],
    });
    for (const { Name, Targets } of rules) {
      expect(Targets).toEqual([{ Id: 'StorageConnections', Arn: to.eventBus, RoleArn: '<Forwarder.Arn>' }]);
      expect(Name.startsWith('storage-connections-')).toBe(true);
    }
  });
});

test('what is put into the template is of its form, in which CloudFormation sees nothing but text', () => {
  const texts = (value: unknown): readonly string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.entries(value).flat().flatMap(texts) : [];
  };
  const meant = new Set(texts(forwardingTemplate(to)).filter((text) => /\$\{|\{\{/.test(text)));
  expect(meant.size).toBe(1);
  const tricky = fc.constantFrom(`$\{AWS::Region}`, '{{resolve:ssm:x}}', '"', '\n', '\\', ' ', '*', '');
  const value = (good: string) =>
    fc.oneof(
      fc.constant(good),
      fc.string(),
      fc.tuple(fc.nat(good.length), tricky).map(([at, text]) => good.slice(0, at) + text + good.slice(at)),
    );
  fc.assert(
    fc.property(value(to.accountId), value(to.externalId), value(to.eventBus), (accountId, externalId, eventBus) => {
      const isGood = accountId === to.accountId && externalId === to.externalId && eventBus === to.eventBus;
      let template: unknown;
      try {
        template = forwardingTemplate({ accountId, externalId, eventBus });
      } catch {
        expect(isGood).toBe(false);
        return;
      }
      expect(JSON.parse(JSON.stringify(template))).toEqual(template);
      expect(new Set(texts(template).filter((text) => /\$\{|\{\{|[\n"\\]/.test(text)))).toEqual(meant);
    }),
  );
});

test('an organization’s is shown with whom it is for', async () => {
  const { ports, request, organizations } = await newScene();
  const show = (organization: string) => showForwarding.run(request({ path: { organization } }), ports);
  const { externalId } = (await organizations.find({ id: 2 })) ?? { externalId: '' };
  const shown = { accountId: '123456789012', externalId, eventBus: ports['events.busArn']() };
  expect(await show('two')).toEqual({ status: 200, body: { ...shown, template: forwardingTemplate(shown) } });
  expect(await problemOf(show('three'))).toEqual({ kind: 'not-found' });
});
