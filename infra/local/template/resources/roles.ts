import * as z from 'zod/mini';
import { conditionKeys } from '../../aws/iam/condition-keys.ts';
import { conditionOperators, decideAccess } from '../../aws/iam/evaluate-policy.ts';
import type { Role, Statement } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';

/** A role, and who may assume it: a service, on behalf of one of its resources (a function, a state machine). */
export interface TrustedRole extends Role {
  readonly trusts: (service: string, resourceArn: string) => boolean;
}

export const oneOrMore = z.union([z.string(), z.array(z.string())]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
export const conditionSchema = z.optional(
  z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)]))),
);

/** Strict: a NotAction, NotResource or Principal would be ignored otherwise. */
const documentSchema = z.strictObject({
  Version: z.optional(z.literal('2012-10-17')),
  Id: z.optional(z.string()),
  Statement: z.array(
    z.strictObject({
      Sid: z.optional(z.string()),
      Effect: z.enum(['Allow', 'Deny']),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: conditionSchema,
    }),
  ),
});

const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({
        Sid: z.optional(z.string()),
        Effect: z.literal('Allow'),
        Action: z.literal('sts:AssumeRole'),
        Principal: z.strictObject({ Service: oneOrMore }),
        Condition: conditionSchema,
      }),
    ),
  }),
  RoleName: z.optional(z.string()),
  Path: z.optional(z.string()),
  ManagedPolicyArns: z._default(z.array(z.string()), []),
  Policies: z._default(z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: documentSchema })), []),
});
const roleInert = ['Description', 'MaxSessionDuration', 'Tags'];

const policySchema = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: documentSchema,
  Roles: z.array(z.string()),
});

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** What the AWS-managed policies allow that a function's or API Gateway's role is commonly given; no other is known. */
const managedPolicies: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': writeLogs,
  'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    ...writeLogs,
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:FilterLogEvents',
    'logs:GetLogEvents',
  ],
};

/**
 * The roles of the stack with every statement that applies to them: inline, attached by AWS::IAM::Policy, managed.
 * @throws StartRefused for a policy the evaluator would not decide as AWS does
 */
export function readRoles(stack: Stack): readonly TrustedRole[] {
  const attached = stack.of('AWS::IAM::Policy').map((resource) => {
    const { PolicyDocument, Roles } = stack.read(resource, policySchema);
    return { roles: Roles, title: resource.title, statements: readStatements(PolicyDocument, resource.title) };
  });
  const resources = stack.of('AWS::IAM::Role');
  const names = new Set(resources.map((resource) => stack.identity(resource).ref));
  for (const { roles, title } of attached) {
    const unknown = roles.find((role) => !names.has(role));
    if (unknown !== undefined) refuse(`${title} is attached to ${unknown}, a role the template does not have.`);
  }

  return resources.map((resource): TrustedRole => {
    const read = stack.read(resource, roleSchema, roleInert);
    const { ref, attributes } = stack.identity(resource);
    return {
      logicalId: resource.logicalId,
      id: attributes['RoleId'] ?? '',
      arn: attributes['Arn'] ?? '',
      trusts: readTrust(read.AssumeRolePolicyDocument.Statement, resource.title, stack.account),
      statements: [
        ...read.Policies.flatMap(({ PolicyDocument }) => readStatements(PolicyDocument, resource.title)),
        ...attached.filter(({ roles }) => roles.includes(ref)).flatMap(({ statements }) => statements),
        ...read.ManagedPolicyArns.map((arn): Statement => {
          const actions = managedPolicies[arn] ?? refuse(`${resource.title} has the unknown managed policy ${arn}.`);
          return { effect: 'Allow', actions, resources: ['*'], conditions: {} };
        }),
      ],
    };
  });
}

type TrustStatement = z.infer<typeof roleSchema>['AssumeRolePolicyDocument']['Statement'][number];

function readTrust(trusted: readonly TrustStatement[], title: string, account: string): TrustedRole['trusts'] {
  const statements = trusted.map(({ Principal, Condition }): Statement => {
    const conditions = readConditions(Condition ?? {}, trustKeys, title);
    return { effect: 'Allow', actions: [Principal.Service].flat(), resources: ['*'], conditions };
  });
  return (service, resourceArn) =>
    decideAccess(statements, {
      action: service,
      resource: resourceArn,
      keys: { 'aws:SourceAccount': [account], 'aws:SourceArn': [resourceArn] },
    }) === 'allow';
}

/** What a service says of itself when it assumes a role (the "confused deputy" keys). */
export const trustKeys: ReadonlySet<string> = new Set(['aws:sourceaccount', 'aws:sourcearn']);

function readStatements(document: z.infer<typeof documentSchema>, title: string): readonly Statement[] {
  return document.Statement.map((statement): Statement => {
    const conditions = readConditions(statement.Condition ?? {}, conditionKeys, title);
    const resources = [statement.Resource].flat();
    refuseVariables(resources, title);
    return { effect: statement.Effect, actions: [statement.Action].flat(), resources, conditions };
  });
}

/**
 * A statement's conditions, each of which the evaluator decides.
 * @throws StartRefused naming an operator or key that is not known, or a policy variable
 */
export function readConditions(
  conditions: NonNullable<z.infer<typeof conditionSchema>>,
  knownKeys: ReadonlySet<string>,
  title: string,
): Statement['conditions'] {
  const read = Object.entries(conditions).map(([operator, keys]) => {
    if (!conditionOperators.includes(operator)) refuse(`${title} has the unknown condition operator ${operator}.`);
    const values = Object.entries(keys).map(([key, value]) => {
      if (!knownKeys.has(key.toLowerCase())) refuse(`${title} has the unknown condition key ${key}.`);
      const wanted = [value].flat().map(String);
      refuseVariables(wanted, title);
      return [key, wanted] as const;
    });
    return [operator, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(read);
}

function refuseVariables(values: readonly string[], title: string): void {
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined) refuse(`${title} has a policy variable (${variable}), which is not understood.`);
}
