import * as z from 'zod/mini';
import type { Table } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const index = {
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
    NonKeyAttributes: z.optional(z.array(z.string())),
  }),
};
/** What a table or an index may cost or how it is watched; capacity is not limited locally. */
const capacity = {
  ContributorInsightsSpecification: z.optional(z.unknown()),
  OnDemandThroughput: z.optional(z.unknown()),
  ProvisionedThroughput: z.optional(z.unknown()),
  ReadOnDemandThroughputSettings: z.optional(z.unknown()),
  ReadProvisionedThroughputSettings: z.optional(z.unknown()),
  WarmThroughput: z.optional(z.unknown()),
  WriteOnDemandThroughputSettings: z.optional(z.unknown()),
  WriteProvisionedThroughputSettings: z.optional(z.unknown()),
};

const common = {
  TableName: z.optional(z.string()),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.optional(z.array(z.strictObject({ ...index, ...capacity }))),
  LocalSecondaryIndexes: z.optional(z.array(z.strictObject(index))),
  TimeToLiveSpecification: z.optional(z.strictObject({ AttributeName: z.optional(z.string()), Enabled: z.boolean() })),
};
/** Backup, encryption at rest, billing and protection from deletion: nothing a caller of the table can see. */
const inert = [
  ...Object.keys(capacity),
  'BillingMode',
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'TableClass',
  'Tags',
];

const tableSchema = z.strictObject(common);
const replicaSchema = z.strictObject({
  Region: z.string(),
  ...capacity,
  DeletionProtectionEnabled: z.optional(z.unknown()),
  /** Only capacity and insights: the indexes themselves are the table's. */
  GlobalSecondaryIndexes: z.optional(z.unknown()),
  PointInTimeRecoverySpecification: z.optional(z.unknown()),
  SSESpecification: z.optional(z.unknown()),
  TableClass: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});
const globalTableSchema = z.strictObject({ ...common, Replicas: z.array(replicaSchema) });

/** @throws StartRefused for a stream, a resource policy, a second replica, or anything else a caller would see */
export function readTables(stack: Stack): readonly Table[] {
  return stack.of('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource): Table => {
    const read =
      resource.type === 'AWS::DynamoDB::Table'
        ? stack.read(resource, tableSchema, inert)
        : withoutReplicas(stack.read(resource, globalTableSchema, inert), stack, resource.title);
    const { ref: name, attributes } = stack.identity(resource);
    const { TimeToLiveSpecification: ttl } = read;
    return {
      name,
      arn: attributes['Arn'] ?? '',
      definition: {
        TableName: name,
        AttributeDefinitions: read.AttributeDefinitions,
        KeySchema: read.KeySchema,
        BillingMode: 'PAY_PER_REQUEST',
        ...(read.GlobalSecondaryIndexes?.length
          ? { GlobalSecondaryIndexes: read.GlobalSecondaryIndexes.map(bare) }
          : {}),
        ...(read.LocalSecondaryIndexes?.length ? { LocalSecondaryIndexes: read.LocalSecondaryIndexes.map(bare) } : {}),
      },
      ...(ttl?.Enabled && ttl.AttributeName !== undefined ? { timeToLiveAttribute: ttl.AttributeName } : {}),
    };
  });
}

function withoutReplicas(
  read: z.infer<typeof globalTableSchema>,
  stack: Stack,
  title: string,
): z.infer<typeof tableSchema> {
  const { Replicas: replicas, ...table } = read;
  const [only, ...others] = replicas;
  if (only?.Region !== stack.region || others.length > 0) refuse(`${title} has a replica outside ${stack.region}.`);
  return table;
}

function bare({ IndexName, KeySchema, Projection }: z.infer<z.ZodMiniObject<typeof index>>) {
  return { IndexName, KeySchema, Projection };
}
