import { ownerCalls } from '../../../core/reverification/cloudtrail-calls.ts';
import { uuid } from '../../../core/validation/uuid.ts';

/** Whom events are forwarded to, and for whom. */
export interface ForwardingTo {
  /** The account of this deployment, twelve digits. */
  readonly accountId: string;
  /** A UUID: the organization, as its storage's owner knows it from their roles. */
  readonly externalId: string;
  /** The ARN of this deployment's bus. */
  readonly eventBus: string;
}

const forms = {
  accountId: /^\d{12}$/,
  externalId: uuid,
  eventBus: /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[A-Za-z0-9._/-]+$/,
} as const;

/**
 * A CloudFormation template that an owner of buckets deploys in their account and region: rules that forward what
 * changes there to this deployment's bus, under a role that may do nothing else.
 *
 * CloudFormation gives `${…}` and `{{resolve:…}}` a meaning, so what is put into the template has to be of a form in
 * which neither can be.
 *
 * @returns what is to be written as JSON
 * @throws Error when one is of another form
 */
export function forwardingTemplate({ accountId, externalId, eventBus }: ForwardingTo) {
  if (!forms.accountId.test(accountId) || !forms.externalId.test(externalId) || !forms.eventBus.test(eventBus)) {
    throw new Error('An account id, an external id or the ARN of a bus is not of its form.');
  }
  const rule = (kind: 's3' | 'iam', description: string, detail: unknown) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      // Begins as the role's trust has it; the rest keeps two organizations apart in one account.
      Name: `${rulePrefix}${kind}-${externalId.slice(0, 8)}`,
      Description: description,
      State: 'ENABLED',
      EventPattern: { source: [`aws.${kind}`], 'detail-type': ['AWS API Call via CloudTrail'], detail },
      Targets: [{ Id: 'StorageConnections', Arn: eventBus, RoleArn: { 'Fn::GetAtt': ['Forwarder', 'Arn'] } }],
    },
  });
  const ofBuckets = callsOf('s3');
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: describe(accountId),
    Metadata: { StorageConnections: { AccountId: accountId, ExternalId: externalId, EventBus: eventBus } },
    Parameters: {
      Buckets: {
        Type: 'CommaDelimitedList',
        Default: '',
        Description:
          'Names of the buckets whose changes are forwarded, separated by commas. Empty: all of this region.',
      },
    },
    Conditions: {
      AllBuckets: { 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: 'Buckets' }] }, ''] },
      HasIdentityEvents: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    },
    Resources: {
      BucketChanges: rule('s3', 'Changes of buckets, for Storage Connections', {
        'Fn::If': ['AllBuckets', ofBuckets, { ...ofBuckets, requestParameters: { bucketName: { Ref: 'Buckets' } } }],
      }),
      IdentityChanges: {
        Condition: 'HasIdentityEvents',
        ...rule('iam', 'Changes of access keys and policies, for Storage Connections', callsOf('iam')),
      },
      Forwarder: { Type: 'AWS::IAM::Role', Properties: forwarder(eventBus) },
    },
  };
}

/** Calls that were made, and not refused: a refused one changed nothing, and anybody can make it. */
const callsOf = (kind: 's3' | 'iam') => ({
  eventSource: [`${kind}.amazonaws.com`],
  eventName: Object.keys(ownerCalls[`aws.${kind}`]),
  errorCode: [{ exists: false }],
});

const rulePrefix = 'storage-connections-';

const describe = (accountId: string): string =>
  `Tells Storage Connections (AWS account ${accountId}) when a policy, an access key or the settings of a bucket change in this account, so that connections are checked at once. ` +
  'CloudTrail has to log management events here (a trail with write events), or there is nothing to forward. ' +
  'Deploy it in each region that has such buckets, and in us-east-1 for changes of access keys and policies of users and roles, whose events exist there only. ' +
  'Events are forwarded whole, as CloudTrail writes them.';

/** "Cross-service confused deputy prevention in Amazon EventBridge": only for rules of this account and region. */
const forwarder = (eventBus: string) => ({
  Description: "Puts events on Storage Connections' bus, and does nothing else",
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: {
            'aws:SourceArn': {
              'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/${rulePrefix}*`,
            },
          },
        },
      },
    ],
  },
  Policies: [
    {
      PolicyName: 'Forward',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: eventBus }],
      },
    },
  ],
});
