import {
  CreateSecretCommand,
  DeleteSecretCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalTemplate } from '../../../../../infra/local/template/model.ts';
import {
  account,
  allow,
  clients,
  emptyTemplate,
  errorNameOf,
  lambda,
  region,
  role,
  startTestAws,
  type TestAws,
  temporaryFolder,
} from '../test-aws.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const listener = lambda('listener', { invokers: ['events.amazonaws.com'] });
const lister = role('lister', [allow('secretsmanager:ListSecrets')]);
const reader = role('reader', [allow('secretsmanager:GetSecretValue')]);
const template: LocalTemplate = {
  ...emptyTemplate,
  functions: [listener],
  roles: [lister, reader],
  rules: [
    {
      logicalId: 'Labels',
      name: 'labels',
      arn: `arn:aws:events:${region}:${account}:rule/labels`,
      bus: 'default',
      pattern: { source: ['aws.secretsmanager'], detail: { name: [{ prefix: 'watched/' }] } },
      targets: [{ arn: listener.arn, kind: 'function' }],
    },
  ],
};

const cleanUps: (() => Promise<void>)[] = [];
let aws: TestAws;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  const dataDir = await temporaryFolder((remove) => cleanUps.push(remove));
  // The listener fails after a delay, which must not affect any write.
  const invoke = () => new Promise<never>((_, reject) => setTimeout(reject, 50, new Error('no')));
  aws = await startTestAws({ template, dataDir, invoke }, (stop) => cleanUps.unshift(stop));
  secrets = clients(aws).secrets;
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

/** Performs a change and gives the details of the events it published. */
async function eventsOf(change: Promise<unknown>): Promise<readonly unknown[]> {
  const before = aws.observe.events().length;
  await change;
  return aws.observe
    .events()
    .slice(before)
    .map(({ event }) => event['detail']);
}

const token = (n: number) => `${n}`.padStart(32, '0');

describe('a staging label that moves', () => {
  it('is published on the default bus however it moves, except for AWSPENDING and AWSPREVIOUS', async () => {
    const SecretId = 'watched/one';
    const updated = (labelUpdated: string, n: number) => ({ name: SecretId, labelUpdated, versionId: token(n) });
    const created = await secrets.send(
      new CreateSecretCommand({ Name: SecretId, SecretString: '1', ClientRequestToken: token(1) }),
    );
    expect(aws.observe.events()).toMatchObject([
      {
        bus: 'default',
        event: {
          version: '0',
          source: 'aws.secretsmanager',
          'detail-type': 'Secret Label Updated',
          account,
          region,
          resources: [created.ARN],
          detail: updated('AWSCURRENT', 1),
        },
        deliveries: [{ rule: 'labels', outcome: 'underway', attempts: 1 }],
      },
    ]);

    const put = (n: number, VersionStages?: string[]) =>
      eventsOf(
        secrets.send(
          new PutSecretValueCommand({ SecretId, SecretString: `${n}`, ClientRequestToken: token(n), VersionStages }),
        ),
      );
    const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
      eventsOf(
        secrets.send(
          new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }),
        ),
      );
    expect(await put(2)).toEqual([updated('AWSCURRENT', 2)]);
    expect(await put(2)).toEqual([]);
    expect(await put(3, ['AWSPENDING'])).toEqual([]);
    expect(await put(4, ['CANARY'])).toEqual([updated('CANARY', 4)]);
    expect(await move('AWSCURRENT', token(3), token(2))).toEqual([updated('AWSCURRENT', 3)]);
    expect(await move('CANARY', undefined, token(4))).toEqual([]);
    expect(await eventsOf(secrets.send(new UpdateSecretCommand({ SecretId, Description: 'x' })))).toEqual([]);
    expect(
      await eventsOf(
        secrets.send(new UpdateSecretCommand({ SecretId, SecretString: '5', ClientRequestToken: token(5) })),
      ),
    ).toEqual([updated('AWSCURRENT', 5)]);
    expect(await eventsOf(secrets.send(new DeleteSecretCommand({ SecretId })))).toEqual([]);
  });

  it('is not published when the change fails or the secret has no version', async () => {
    const Name = 'watched/two';
    expect(await eventsOf(secrets.send(new CreateSecretCommand({ Name })))).toEqual([]);
    const again = errorNameOf(secrets.send(new CreateSecretCommand({ Name, SecretString: 'x' })));
    expect(await eventsOf(again)).toEqual([]);
    expect(await again).toBe('ResourceExistsException');
  });
});

describe('ListSecrets', () => {
  const list = async (input: ListSecretsCommandInput) => {
    const { SecretList = [], NextToken } = await secrets.send(new ListSecretsCommand(input));
    return { names: SecretList.map(({ Name }) => Name), NextToken };
  };
  const byName = (...Values: string[]) => ({ Key: 'name' as const, Values });

  beforeAll(async () => {
    for (const Name of ['dev/conn/1', 'dev/conn/2', 'dev/Conn/3', 'dev/other', 'prod/dev/conn/1', 'dev/conn/gone']) {
      await secrets.send(new CreateSecretCommand({ Name, SecretString: 'x', ClientRequestToken: token(1) }));
    }
    await secrets.send(new DeleteSecretCommand({ SecretId: 'dev/conn/gone' }));
  });

  it('filters by a case-sensitive prefix of the name and omits secrets marked for deletion', async () => {
    expect((await list({ Filters: [byName('dev/conn/')] })).names).toEqual(['dev/conn/1', 'dev/conn/2']);
    expect((await list({ Filters: [byName('dev/conn/', 'prod/')], SortOrder: 'desc' })).names).toEqual([
      'prod/dev/conn/1',
      'dev/conn/2',
      'dev/conn/1',
    ]);
    expect((await list({ Filters: [byName('dev/'), byName('!dev/conn/')] })).names).toEqual([
      'dev/Conn/3',
      'dev/other',
    ]);
  });

  it('returns pages of secrets with their labels and without their values', async () => {
    const first = await list({ Filters: [byName('dev/')], MaxResults: 3 });
    const second = await list({ Filters: [byName('dev/')], MaxResults: 3, NextToken: first.NextToken });
    expect([first.names, second]).toEqual([
      ['dev/conn/1', 'dev/conn/2', 'dev/Conn/3'],
      { names: ['dev/other'], NextToken: undefined },
    ]);
    const { SecretList } = await secrets.send(new ListSecretsCommand({ Filters: [byName('dev/other')] }));
    expect(SecretList).toEqual([
      {
        ARN: expect.stringMatching(/:secret:dev\/other-\w{6}$/),
        Name: 'dev/other',
        CreatedDate: expect.any(Date),
        LastChangedDate: expect.any(Date),
        SecretVersionsToStages: { [token(1)]: ['AWSCURRENT'] },
      },
    ]);
  });

  it('refuses unsupported or invalid parameters and callers without permission', async () => {
    const failing = (input: ListSecretsCommandInput, roleArn?: string) =>
      errorNameOf(clients(aws, roleArn).secrets.send(new ListSecretsCommand(input)));
    expect(await failing({ MaxResults: 101 })).toBe('ValidationException');
    expect(await failing({ Filters: [{ Key: 'all', Values: ['x'] }] })).toBe('ValidationException');
    expect(await failing({ Filters: [byName('a*')] })).toBe('ValidationException');
    expect(await failing({ NextToken: 'x' })).toBe('InvalidNextTokenException');
    expect(await failing({}, reader.arn)).toBe('AccessDeniedException');
    expect(await failing({}, lister.arn)).toBe('succeeded');
  });
});
