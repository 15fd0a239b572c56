import * as z from 'zod/mini';

const text = z.optional(z.string());
const secretId = z.string().check(z.minLength(1), z.maxLength(2048));
const token = z.optional(z.string().check(z.minLength(32), z.maxLength(64)));
const value = { SecretString: text, SecretBinary: text };
const page = { MaxResults: z.optional(z.int().check(z.gte(1), z.lte(100))), NextToken: text };

/** The inputs of the supported operations. A parameter that is missing here is refused. */
export const inputs = {
  CreateSecret: z.strictObject({
    Name: z.string().check(z.minLength(1), z.maxLength(512)),
    ClientRequestToken: token,
    Description: text,
    Tags: z.optional(z.array(z.strictObject({ Key: z.string(), Value: z.string() }))),
    ...value,
  }),
  TagResource: z.strictObject({
    SecretId: secretId,
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).check(z.minLength(1), z.maxLength(50)),
  }),
  GetSecretValue: z.strictObject({ SecretId: secretId, VersionId: text, VersionStage: text }),
  BatchGetSecretValue: z.strictObject({
    SecretIdList: z.array(secretId).check(z.minLength(1), z.maxLength(20)),
    ...page,
  }),
  PutSecretValue: z.strictObject({
    SecretId: secretId,
    ClientRequestToken: token,
    VersionStages: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(20))),
    ...value,
  }),
  UpdateSecretVersionStage: z.strictObject({
    SecretId: secretId,
    VersionStage: z.string(),
    MoveToVersionId: text,
    RemoveFromVersionId: text,
  }),
  UpdateSecret: z.strictObject({ SecretId: secretId, ClientRequestToken: token, Description: text, ...value }),
  DeleteSecret: z.strictObject({
    SecretId: secretId,
    RecoveryWindowInDays: z.optional(z.number()),
    ForceDeleteWithoutRecovery: z.optional(z.boolean()),
  }),
  RestoreSecret: z.strictObject({ SecretId: secretId }),
  DescribeSecret: z.strictObject({ SecretId: secretId }),
  ListSecrets: z.strictObject({
    Filters: z.optional(
      z
        .array(
          z.strictObject({
            Key: z.literal('name'),
            Values: z
              .array(z.string().check(z.maxLength(512), z.regex(/^!?[a-zA-Z0-9 :_@/+=.\-!]*$/)))
              .check(z.minLength(1), z.maxLength(10)),
          }),
        )
        .check(z.maxLength(10)),
    ),
    SortOrder: z.optional(z.enum(['asc', 'desc'])),
    ...page,
  }),
  ListSecretVersionIds: z.strictObject({
    SecretId: secretId,
    IncludeDeprecated: z.optional(z.boolean()),
    ...page,
  }),
};
