import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { assumeRole } from '../../../../../functions/platform/credentials/assume-role.ts';
import type { CustomerRole } from '../../../../../infra/local/aws/sts/service.ts';
import type { Statement } from '../../../../../infra/local/template/model.ts';
import {
  account,
  allow,
  emptyTemplate,
  errorNameOf,
  region,
  role,
  startTestAws,
  temporaryFolder,
} from '../test-aws.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

const arn = 'arn:aws:iam::210987654321:role/team/storage';
const credentials = { accessKeyId: 'ASIACUSTOMER', secretAccessKey: 'secret', sessionToken: 'token' };
const roleWithExternalId: CustomerRole = { arn, trustedAccount: account, externalId: 'org-1', credentials };
const open: CustomerRole = { ...roleWithExternalId, arn: `${arn}-open` };
const { externalId: _, ...withoutCondition } = open;
const otherAccountRole: CustomerRole = {
  ...roleWithExternalId,
  arn: `${arn}-stranger`,
  trustedAccount: '111111111111',
};

async function setUp(statements: readonly Statement[] = [allow('sts:AssumeRole')]) {
  const verifier = role('verifier', statements);
  const aws = await startTestAws({
    template: { ...emptyTemplate, roles: [verifier] },
    dataDir: await temporaryFolder(),
    customerRoles: [roleWithExternalId, withoutCondition, otherAccountRole],
  });
  const own = aws.credentialsFor(verifier.arn);
  const client = new STSClient({ region, endpoint: aws.endpoint, credentials: own, maxAttempts: 1 });
  const assume = (input: Partial<AssumeRoleCommandInput>) =>
    client.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'test', ExternalId: 'org-1', ...input }));
  return { aws, own, assume };
}

describe('AssumeRole', () => {
  it('returns the role’s credentials for the requested duration', async () => {
    const { aws, assume } = await setUp();
    const result = await assume({ DurationSeconds: 900 });
    expect(result.Credentials).toMatchObject({
      AccessKeyId: 'ASIACUSTOMER',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
    });
    const left = (result.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
    expect(result.AssumedRoleUser?.Arn).toBe('arn:aws:sts::210987654321:assumed-role/storage/test');
    expect(aws.observe.sessions()).toEqual([{ roleArn: arn, durationSeconds: 900, externalId: 'org-1' }]);
  });

  it.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['is refused with another external id', { ExternalId: 'org-2' }, 'AccessDenied'],
    ['is refused without an external id', { ExternalId: undefined }, 'AccessDenied'],
    ['is refused for a missing role', { RoleArn: `${arn}-missing` }, 'AccessDenied'],
    ['is refused for a role that trusts another account', { RoleArn: otherAccountRole.arn }, 'AccessDenied'],
    [
      'succeeds without an external id when the role demands none',
      { RoleArn: open.arn, ExternalId: undefined },
      'succeeded',
    ],
    ['refuses an ARN that is not a role’s', { RoleArn: 'arn:aws:iam::210987654321:user/someone' }, 'ValidationError'],
    ['refuses a session shorter than 15 minutes', { DurationSeconds: 60 }, 'ValidationError'],
    ['refuses an unsupported parameter', { Policy: '{}' }, 'ValidationError'],
  ])('%s', async (_, input, expected) => {
    const { assume } = await setUp();
    expect(await errorNameOf(assume(input))).toBe(expected);
  });

  it('needs the caller’s own permission, whose conditions may name account and external id', async () => {
    const { aws, assume } = await setUp([
      allow('sts:AssumeRole', 'arn:aws:iam::*:role/*'),
      {
        ...allow('sts:AssumeRole'),
        effect: 'Deny',
        conditions: { StringEquals: { 'aws:ResourceAccount': ['210987654321'] } },
      },
    ]);
    expect(await errorNameOf(assume({}))).toBe('AccessDenied');
    expect(aws.logged.join()).toContain(`verifier is not allowed sts:AssumeRole on ${arn}`);
    const bound = await setUp([
      { ...allow('sts:AssumeRole'), conditions: { StringEquals: { 'sts:ExternalId': ['org-1'] } } },
    ]);
    expect(await errorNameOf(bound.assume({}))).toBe('succeeded');
    expect(await errorNameOf(bound.assume({ RoleArn: open.arn, ExternalId: undefined }))).toBe('AccessDenied');
    expect(await errorNameOf((await setUp([])).assume({}))).toBe('AccessDenied');
  });

  it('refuses an unsigned call', async () => {
    const { aws } = await setUp();
    const body = 'Action=AssumeRole&Version=2011-06-15';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(aws.endpoint, { method: 'POST', headers, body });
    expect([response.status, (await response.text()).includes('MissingAuthenticationToken')]).toEqual([400, true]);
  });
});

describe('the product’s assumeRole', () => {
  it('assumes a customer’s role with its external id, and can try it without', async () => {
    const { aws, own } = await setUp();
    const environment = {
      ...aws.environment(),
      AWS_ACCESS_KEY_ID: own.accessKeyId,
      AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
      AWS_SESSION_TOKEN: own.sessionToken,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const assumed = (roleArn: string, externalId = 'org-1', mode: Parameters<typeof assumeRole>[1] = 'as trusted') =>
      assumeRole({ kind: 'assumed-role', roleArn, externalId }, mode);
    const value = {
      kind: 'access-key-pair',
      accessKey: 'ASIACUSTOMER',
      secretKey: 'secret',
      sessionToken: 'token',
    };
    expect(await assumed(arn)).toEqual({ ok: true, value });
    expect(aws.observe.sessions()).toEqual([{ roleArn: arn, durationSeconds: 900, externalId: 'org-1' }]);
    const notAssumable = { ok: false, diagnosis: { code: 'role-not-assumable', field: 'accessKey' } };
    expect(await assumed(arn, 'org-2')).toMatchObject(notAssumable);
    expect(await assumed(arn, 'org-1', 'without external id')).toMatchObject(notAssumable);
    expect(await assumed(open.arn, 'org-1', 'without external id')).toMatchObject({ ok: true });
    expect(await assumed(otherAccountRole.arn)).toMatchObject(notAssumable);
    const before = aws.observe.sessions().length;
    for (const malformed of ['storage', 'arn:aws:iam::1:role/x', 'arn:aws:s3:::bucket', `${arn}\nx`, `${arn} x`]) {
      expect(await assumed(malformed)).toMatchObject({ ok: false, diagnosis: { code: 'role-malformed' } });
    }
    expect(aws.observe.sessions()).toHaveLength(before);
  });
});
