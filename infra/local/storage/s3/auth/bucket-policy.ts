import * as z from 'zod/mini';
import { matchesWildcard } from '../../../aws/iam/wildcard.ts';
import { S3Refusal } from '../errors.ts';

/** What a bucket policy can speak of, and whether that is done to the bucket or to an object in it. */
const PERMISSIONS = {
  's3:ListBucket': 'bucket',
  's3:GetBucketLocation': 'bucket',
  's3:GetBucketPolicy': 'bucket',
  's3:PutBucketPolicy': 'bucket',
  's3:DeleteBucketPolicy': 'bucket',
  's3:GetObject': 'object',
  's3:PutObject': 'object',
  's3:DeleteObject': 'object',
} as const satisfies Record<string, 'bucket' | 'object'>;

/** One request, as a policy sees it. */
export interface PolicyRequest {
  readonly permission: keyof typeof PERMISSIONS;
  /** Of the bucket, or of the object. */
  readonly resource: string;
  /** The user or role that asks, under each of its ARNs; none: an anonymous request, or a key of nobody. */
  readonly arns: readonly string[];
}

export interface BucketPolicy {
  /** As it was sent. */
  readonly text: string;
  readonly statements: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** "Bucket policies are limited to 20 KB in size" (Amazon S3 User Guide, "Policies and permissions in Amazon S3"). */
const MAXIMUM_BYTES = 20 * 1024;

const texts = z.union([z.string(), z.array(z.string()).check(z.minLength(1))]);
const statementSchema = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: texts })]),
  Action: texts,
  Resource: texts,
});
const policySchema = z.strictObject({
  Version: z.optional(z.enum(['2012-10-17', '2008-10-17'])),
  Statement: z.union([statementSchema, z.array(statementSchema).check(z.minLength(1))]),
});

/** Everybody, an account, an account by its root, a user or a role (IAM User Guide, "AWS JSON policy elements: Principal"). */
const PRINCIPAL = /^(?:\*|\d{12}|arn:aws:iam::\d{12}:(?:root|(?:user|role)\/[\w+=,.@/-]+))$/;

/** The ARN of a bucket, or of an object in it. */
export const arnOf = (bucket: string, key?: string): string =>
  `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;

/**
 * Reads a bucket policy (Amazon S3 User Guide, "Bucket policies for Amazon S3").
 *
 * @param bucket the name of the bucket that it is for: it cannot speak of another
 * @throws S3Refusal MalformedPolicy for what S3 would not take, and for what is not understood here: conditions,
 *   policy variables, the Not… elements, principals that are no account, user or role, an Id
 */
export function parsePolicy(text: string, bucket: string): BucketPolicy {
  if (Buffer.byteLength(text) > MAXIMUM_BYTES) throw malformed('The policy is larger than 20480 bytes.');
  const parsed = policySchema.safeParse(json(text));
  if (!parsed.success) throw malformed('The policy has an element that is missing, malformed or not understood here.');
  const { Statement } = parsed.data;
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(
    ({ Effect, Principal, Action, Resource }): PolicyStatement => ({
      effect: Effect,
      principals: listed(Principal === '*' ? Principal : Principal.AWS),
      actions: listed(Action),
      resources: listed(Resource),
    }),
  );
  for (const statement of statements) requireSense(statement, bucket);
  return { text, statements };
}

/**
 * What a policy says of a request: a Deny beats every Allow, and often nothing is said. An Allow for an account leaves
 * it to that account to give its users the right, which is why it allows nothing by itself (IAM User Guide, "AWS account
 * principals"); a Deny for an account is one for everybody in it.
 */
export function saysOf({ statements }: BucketPolicy, request: PolicyRequest): 'allowed' | 'denied' | 'nothing' {
  const effects = statements.filter((statement) => applies(statement, request)).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'nothing';
}

function applies({ effect, principals, actions, resources }: PolicyStatement, request: PolicyRequest): boolean {
  const { permission, resource, arns } = request;
  const accounts = effect === 'Deny' ? arns.map((arn) => arn.split(':')[4] ?? '') : [];
  const names = new Set(['*', ...arns, ...accounts, ...accounts.map((account) => `arn:aws:iam::${account}:root`)]);
  return (
    principals.some((principal) => names.has(principal)) &&
    actions.some((pattern) => namesAction(pattern, permission)) &&
    resources.some((pattern) => matchesWildcard(pattern, resource))
  );
}

/** Names of actions are not case-sensitive. */
const namesAction = (pattern: string, permission: string): boolean =>
  matchesWildcard(pattern.toLowerCase(), permission.toLowerCase());

/** @throws S3Refusal MalformedPolicy when a part of the statement can never apply */
function requireSense({ principals, actions, resources }: PolicyStatement, bucket: string): void {
  if (!principals.every((principal) => PRINCIPAL.test(principal))) throw malformed('Invalid principal in policy');
  const levels = resources.map((pattern) => levelsOf(pattern, bucket));
  if (levels.some((ofOne) => ofOne.length === 0)) throw malformed('Policy has invalid resource');
  for (const pattern of actions) {
    const named = Object.entries(PERMISSIONS).filter(([name]) => namesAction(pattern, name));
    if (named.length === 0) throw malformed('Policy has invalid action');
    if (!named.some(([, level]) => levels.some((ofOne) => ofOne.includes(level)))) {
      throw malformed('Action does not apply to any resource(s) in statement');
    }
  }
}

/** Whether a resource can be the bucket, objects in it, both, or neither. */
function levelsOf(pattern: string, bucket: string): readonly ('bucket' | 'object')[] {
  if (pattern.includes('${')) return [];
  const objects = arnOf(bucket, '');
  const beforeWildcard = pattern.split(/[*?]/)[0] ?? '';
  const isObjects = pattern.startsWith(objects)
    ? pattern !== objects
    : pattern !== beforeWildcard && objects.startsWith(beforeWildcard);
  return [
    ...(matchesWildcard(pattern, arnOf(bucket)) ? (['bucket'] as const) : []),
    ...(isObjects ? (['object'] as const) : []),
  ];
}

const listed = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const malformed = (message: string): S3Refusal => new S3Refusal('MalformedPolicy', { message });

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
}
