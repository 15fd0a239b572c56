import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, vi } from 'vitest';
import { allow, clients, emptyTemplate, failureOf, role, startWire, temporaryFolder } from '../stand.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('rights', () => {
  const place = 'arn:aws:secretsmanager:us-east-1:000000000000:secret';
  const keeper = role('keeper', [
    allow(['secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue'], `${place}:dev/conn/*`),
    {
      ...allow('secretsmanager:DeleteSecret', `${place}:dev/conn/*`),
      conditions: { Bool: { 'secretsmanager:ForceDeleteWithoutRecovery': ['true'] } },
    },
  ]);
  const exact = role('exact', [allow('secretsmanager:CreateSecret', `${place}:dev/one-??????`)]);

  it('are asked for the ARN of the name that is created, and of the secret that is read', async () => {
    const template = { ...emptyTemplate, roles: [keeper, exact] };
    const own = await startWire({ template, dataDir: await temporaryFolder() });
    const kept = clients(own, keeper.arn).secrets;
    const made = clients(own, exact.arn).secrets;
    const createAs = (client: SecretsManagerClient, name: string) =>
      failureOf(client.send(new CreateSecretCommand({ Name: name, SecretString: 'x' })));
    expect(await createAs(kept, 'dev/conn/1')).toBe('answered');
    expect(await createAs(kept, 'dev/other/1')).toBe('AccessDeniedException');
    expect(await createAs(made, 'dev/one')).toBe('answered');
    expect(await createAs(made, 'dev/one-more')).toBe('AccessDeniedException');

    const read = (id: string) => failureOf(kept.send(new GetSecretValueCommand({ SecretId: id })));
    expect(await read('dev/conn/1')).toBe('answered');
    expect(await read('dev/one')).toBe('AccessDeniedException');
    expect(await failureOf(kept.send(new BatchGetSecretValueCommand({ SecretIdList: ['dev/conn/1'] })))).toBe(
      'AccessDeniedException',
    );
    const deleteIt = (more: object) =>
      failureOf(kept.send(new DeleteSecretCommand({ SecretId: 'dev/conn/1', ...more })));
    expect(await deleteIt({})).toBe('AccessDeniedException');
    expect(await deleteIt({ ForceDeleteWithoutRecovery: true })).toBe('answered');
    expect(own.logged.join('\n')).toContain(
      `Refused: keeper is not allowed secretsmanager:CreateSecret on ${place}:dev/other/1-?????? (unmentioned).`,
    );
  });
});
