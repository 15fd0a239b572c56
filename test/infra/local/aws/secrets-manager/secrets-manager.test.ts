import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { generateValue } from '../../../../../infra/local/aws/secrets-manager/generate.ts';
import { putVersion } from '../../../../../infra/local/aws/secrets-manager/versions.ts';
import {
  allow,
  clients,
  emptyTemplate,
  errorNameOf,
  role,
  startTestAws,
  type TestAws,
  temporaryFolder,
} from '../test-aws.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('permissions on secrets', () => {
  const arnPrefix = 'arn:aws:secretsmanager:us-east-1:000000000000:secret';
  const writer = role('writer', [
    allow(['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue'], `${arnPrefix}:dev/conn/*`),
    {
      ...allow('secretsmanager:DeleteSecret', `${arnPrefix}:dev/conn/*`),
      conditions: { Bool: { 'secretsmanager:ForceDeleteWithoutRecovery': ['true'] } },
    },
  ]);
  const exact = role('exact', [allow('secretsmanager:CreateSecret', `${arnPrefix}:dev/one-??????`)]);

  it('are checked against the ARN of the secret, and for CreateSecret against that of its name', async () => {
    const template = { ...emptyTemplate, roles: [writer, exact] };
    const aws = await startTestAws({ template, dataDir: await temporaryFolder() });
    const writerSecrets = clients(aws, writer.arn).secrets;
    const exactSecrets = clients(aws, exact.arn).secrets;
    const createAs = (client: SecretsManagerClient, name: string) =>
      errorNameOf(client.send(new CreateSecretCommand({ Name: name, SecretString: 'x' })));
    expect(await createAs(writerSecrets, 'dev/conn/1')).toBe('succeeded');
    expect(await createAs(writerSecrets, 'dev/other/1')).toBe('AccessDeniedException');
    expect(await createAs(exactSecrets, 'dev/one')).toBe('succeeded');
    expect(await createAs(exactSecrets, 'dev/one-more')).toBe('AccessDeniedException');

    const read = (id: string) => errorNameOf(writerSecrets.send(new GetSecretValueCommand({ SecretId: id })));
    expect(await read('dev/conn/1')).toBe('succeeded');
    expect(await read('dev/one')).toBe('AccessDeniedException');
    expect(
      await errorNameOf(writerSecrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['dev/conn/1'] }))),
    ).toBe('AccessDeniedException');
    const deleteIt = (more: object) =>
      errorNameOf(writerSecrets.send(new DeleteSecretCommand({ SecretId: 'dev/conn/1', ...more })));
    expect(await deleteIt({})).toBe('AccessDeniedException');
    expect(await deleteIt({ ForceDeleteWithoutRecovery: true })).toBe('succeeded');
    expect(aws.logged.join('\n')).toContain(
      `Refused: writer is not allowed secretsmanager:CreateSecret on ${arnPrefix}:dev/other/1-?????? (implicit-deny).`,
    );
  });
});

describe('the file of secrets', () => {
  it('is readable by its owner only, and holds the template’s generated secrets across a restart', async () => {
    const dataDir = await temporaryFolder();
    const generated = { name: 'pepper', arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:pepper-AbCdEf' };
    const template = { ...emptyTemplate, secrets: [{ ...generated, length: 44, excludePunctuation: true }] };
    const first = await startTestAws({ template, dataDir });
    const read = async (aws: TestAws) =>
      (await clients(aws).secrets.send(new GetSecretValueCommand({ SecretId: generated.arn }))).SecretString;
    const value = await read(first);
    expect(value).toMatch(/^[A-Za-z0-9]{44}$/);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    await first.stop();
    const second = await startTestAws({ template, dataDir });
    expect(await read(second)).toBe(value);
    expect(second.observe.secrets()).toMatchObject([{ ...generated, versions: [{ stages: ['AWSCURRENT'] }] }]);
    expect(JSON.stringify(second.observe.secrets())).not.toContain(value);
    expect(second.logged.join()).not.toContain(value);
  });

  it('holds every one of many concurrent writes when they return', async () => {
    const dataDir = await temporaryFolder();
    const aws = await startTestAws({ template: emptyTemplate, dataDir });
    const client = clients(aws).secrets;
    const names = Array.from({ length: 30 }, (_, index) => `many/${index}`);
    await Promise.all(names.map((name) => client.send(new CreateSecretCommand({ Name: name, SecretString: name }))));
    const text = await readFile(join(dataDir, 'secrets.json'), 'utf8');
    for (const name of names) expect(text).toContain(`"${name}"`);
  });
});

it('generateValue gives the requested length and a character of every kind', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 200 }), fc.boolean(), (length, excludePunctuation) => {
      const value = generateValue(length, excludePunctuation);
      expect(value).toHaveLength(length);
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/]) expect(value).toMatch(kind);
      expect(/[^A-Za-z0-9]/.test(value)).toBe(!excludePunctuation);
    }),
  );
});

it('putVersion leaves one AWSCURRENT and no repeated label after any sequence of writes', () => {
  const write = fc.record({
    token: fc.constantFrom('a', 'b', 'c', 'd'),
    stages: fc.subarray(['AWSCURRENT', 'AWSPENDING', 'CUSTOM'], { minLength: 1 }),
  });
  fc.assert(
    fc.property(fc.array(write, { minLength: 1, maxLength: 12 }), (writes) => {
      const secret = { name: 'n', arn: 'a', tags: [], createdAt: 0, changedAt: 0, versions: [] };
      for (const { token, stages } of writes) putVersion(secret, token, { string: token }, stages);
      const labels = secret.versions.flatMap(({ stages }) => stages);
      expect(labels.filter((label) => label === 'AWSCURRENT')).toHaveLength(1);
      expect(new Set(labels).size).toBe(labels.length);
    }),
  );
});
