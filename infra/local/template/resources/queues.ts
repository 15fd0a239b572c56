import * as z from 'zod/mini';
import { whole } from '../integer-schema.ts';
import type { Queue, ServiceStatement } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';
import { conditionSchema, oneOrMore, readConditions, trustKeys } from './roles.ts';

/** With SQS's limits and defaults (SQS API Reference, "SetQueueAttributes"). */
const queueSchema = z.strictObject({
  QueueName: z.optional(z.string()),
  FifoQueue: z.optional(z.literal(false)),
  VisibilityTimeout: z._default(whole(0, 43_200), 30),
  MessageRetentionPeriod: z._default(whole(60, 1_209_600), 345_600),
  DelaySeconds: z._default(whole(0, 900), 0),
  ReceiveMessageWaitTimeSeconds: z._default(whole(0, 20), 0),
  MaximumMessageSize: z._default(whole(1024, 1_048_576), 1_048_576),
  RedrivePolicy: z.optional(z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: whole(1, 1000) })),
});
/** Encryption with keys of SQS's own: nothing a caller can see. Keys of KMS need rights, and are not understood. */
const queueInert = ['SqsManagedSseEnabled', 'Tags'];

const policySchema = z.strictObject({
  Queues: z.array(z.string()),
  PolicyDocument: z.strictObject({
    Version: z.optional(z.literal('2012-10-17')),
    Id: z.optional(z.string()),
    Statement: z.array(
      z.strictObject({
        Sid: z.optional(z.string()),
        Effect: z.enum(['Allow', 'Deny']),
        Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]),
        Action: oneOrMore,
        Resource: oneOrMore,
        Condition: conditionSchema,
      }),
    ),
  }),
});
type PolicyStatement = z.infer<typeof policySchema>['PolicyDocument']['Statement'][number];

/**
 * The queues of the stack, with what their policies allow services.
 * @throws StartRefused for a FIFO queue, a KMS key, a dead letter queue that is not another queue of the template, and a
 *   policy that says more than what services may do
 */
export function readQueues(stack: Stack): readonly Queue[] {
  const resources = stack.of('AWS::SQS::Queue');
  const policies = readPolicies(stack, new Set(resources.map((resource) => stack.identity(resource).ref)));
  const queues = resources.map((resource): Queue => {
    const read = stack.read(resource, queueSchema, queueInert);
    const { ref: url, attributes } = stack.identity(resource);
    const { RedrivePolicy: redrive } = read;
    return {
      logicalId: resource.logicalId,
      name: attributes['QueueName'] ?? '',
      arn: attributes['Arn'] ?? '',
      url,
      visibilitySeconds: read.VisibilityTimeout,
      retentionSeconds: read.MessageRetentionPeriod,
      delaySeconds: read.DelaySeconds,
      receiveWaitSeconds: read.ReceiveMessageWaitTimeSeconds,
      maxMessageBytes: read.MaximumMessageSize,
      ...(redrive !== undefined && {
        redrive: { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount },
      }),
      policy: policies.get(url) ?? [],
    };
  });
  for (const { logicalId, arn, redrive } of queues) {
    const known = queues.some((other) => other.arn === redrive?.deadLetterArn && other.arn !== arn);
    if (redrive !== undefined && !known) {
      refuse(`AWS::SQS::Queue ${logicalId} has a dead letter queue that is not another queue of the template.`);
    }
  }
  return queues;
}

/** By queue URL. */
function readPolicies(stack: Stack, urls: ReadonlySet<string>): ReadonlyMap<string, readonly ServiceStatement[]> {
  const policies = new Map<string, readonly ServiceStatement[]>();
  for (const resource of stack.of('AWS::SQS::QueuePolicy')) {
    const { Queues, PolicyDocument } = stack.read(resource, policySchema);
    const statements = PolicyDocument.Statement.flatMap((statement) => readStatement(statement, resource.title));
    for (const url of Queues) {
      if (!urls.has(url)) refuse(`${resource.title} is of a queue that the template does not have.`);
      // SQS keeps one policy per queue: which of two stays would be chance.
      if (policies.has(url)) refuse(`${resource.title} is a queue's second policy.`);
      policies.set(url, statements);
    }
  }
  return policies;
}

function readStatement(statement: PolicyStatement, title: string): readonly ServiceStatement[] {
  if (deniesPlainHttp(statement)) return [];
  const { Service: services, ...others } = statement.Principal === '*' ? { AWS: '*' } : statement.Principal;
  if (services === undefined || Object.keys(others).length > 0) {
    refuse(`${title} has a statement about principals that are not services, which is not understood.`);
  }
  return [
    {
      effect: statement.Effect,
      services: [services].flat(),
      actions: [statement.Action].flat(),
      resources: [statement.Resource].flat(),
      conditions: readConditions(statement.Condition ?? {}, trustKeys, title),
    },
  ];
}

/** What CDK's `enforceSSL` writes. The wire stands for SQS behind TLS, so it never applies here. */
function deniesPlainHttp({ Effect, Condition = {} }: PolicyStatement): boolean {
  return Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';
}
