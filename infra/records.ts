import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

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
  }
}
