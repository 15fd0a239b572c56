import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/**
 * Sparse indexes of the connections table, by their names: what is to be done and when, and what an owner's events may
 * be about. Keys only: they say which rows to look at, and nothing of what is in them.
 */
export const indexes = {
  due: { partition: 'due', sort: 'dueKey' },
  watched: { partition: 'watchedOwner', sort: 'watchedBucket' },
} as const;

/**
 * The two tables. Access (organizations, keys) is apart from the rest because endpoints only ever read it: with one
 * table, a function that writes a connection could mint a key.
 */
export class Records extends Construct {
  readonly access: Table;
  readonly connections: Table;

  constructor(scope: Construct, id: string, settings: Pick<Settings, 'deletionProtection'>) {
    super(scope, id);
    const kept = {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.AWS_MANAGED,
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: settings.deletionProtection,
    };
    this.access = new Table(this, 'Access', kept);
    this.connections = new Table(this, 'Connections', { ...kept, timeToLiveAttribute: 'ttl' });
    for (const [indexName, { partition, sort }] of Object.entries(indexes)) {
      this.connections.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }
}
