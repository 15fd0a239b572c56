import { describe, expect, it } from 'vitest';
import { resourceOf, resourcesOf, synthesize } from './template.ts';

const template = synthesize();

describe('the stack', () => {
  it('stays well under the 500 resources of CloudFormation', ({ annotate }) => {
    const count = Object.keys(template.Resources).length;
    expect(count).toBeLessThan(400);
    return annotate(`${count} resources`);
  });

  it('takes what it may connect to as parameters', () => {
    expect(template.Parameters).toMatchObject({
      EgressAllow: { Type: 'String', Default: '', Description: expect.stringContaining('separated by commas') },
      EgressPorts: { Type: 'String', Default: '443,8443,9000,9020,9021', Description: expect.stringMatching(/./) },
      ConnectTo: { Type: 'String', Default: '', Description: expect.stringMatching(/./) },
    });
  });
});

describe('tables', () => {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table');

  it('are two, kept whatever becomes of the stack, and can be restored to any second', () => {
    expect(tables).toHaveLength(2);
    for (const [, table] of tables) {
      expect(table).toMatchObject({
        ...kept,
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true },
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        },
      });
    }
  });

  it('have two indexes where connections are, of the rows that have their keys, and with nothing but keys', () => {
    const index = (name: string, partition: string, sort: string) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' },
        { AttributeName: sort, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
    const indexes = tables.map(([id, { Properties }]) => [/Access/.test(id), Properties['GlobalSecondaryIndexes']]);
    expect(indexes).toEqual([
      [true, undefined],
      [false, [index('due', 'due', 'dueKey'), index('watched', 'watchedOwner', 'watchedBucket')]],
    ]);
  });

  it('let rows expire in the one that holds jobs, and never in the one that holds keys', () => {
    const expiring = tables.map(([id, { Properties }]) => [/Access/.test(id), Properties['TimeToLiveSpecification']]);
    expect(expiring).toEqual([
      [true, undefined],
      [false, { AttributeName: 'ttl', Enabled: true }],
    ]);
  });

  it('can be deleted, by hand, where the settings do not protect them', () => {
    for (const [, table] of resourcesOf(synthesize({ stage: 'dev' }), 'AWS::DynamoDB::Table')) {
      expect(table).toMatchObject({ ...kept, Properties: { DeletionProtectionEnabled: false } });
    }
  });
});

describe('the fingerprint key', () => {
  it('is made by Secrets Manager and stands nowhere else', () => {
    const [, { Properties }] = resourceOf(template, 'AWS::SecretsManager::Secret');
    expect(Properties['GenerateSecretString']).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect(Properties['SecretString']).toBeUndefined();
  });
});
