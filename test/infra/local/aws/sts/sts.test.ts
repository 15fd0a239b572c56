import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { assumeRole } from '../../../../../functions/platform/roles.ts';
import type { CustomerRole } from '../../../../../infra/local/aws/sts/service.ts';
import type { Statement } from '../../../../../infra/local/template/model.ts';
import { account, allow, emptyTemplate, failureOf, region, role, startWire, temporaryFolder } from '../stand.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });

const arn = 'arn:aws:iam::210987654321:role/team/storage';
const credentials = { accessKeyId: 'ASIACUSTOMER', secretAccessKey: 'secret', sessionToken: 'token' };
const trusting: CustomerRole = { arn, trustedAccount: account, externalId: 'org-1', credentials };
const open: CustomerRole = { ...trusting, arn: `${arn}-open` };
const { externalId: _, ...withoutCondition } = open;
const stranger: CustomerRole = { ...trusting, arn: `${arn}-stranger`, trustedAccount: '111111111111' };

async function stand(statements: readonly Statement[] = [allow('sts:AssumeRole')]) {
  const verifier = role('verifier', statements);
  const wire = await startWire({
    template: { ...emptyTemplate, roles: [verifier] },
    dataDir: await temporaryFolder(),
    customerRoles: [trusting, withoutCondition, stranger],
  });
  const own = wire.credentialsFor(verifier.arn);
  const client = new STSClient({ region, endpoint: wire.endpoint, credentials: own, maxAttempts: 1 });
  const assume = (input: Partial<AssumeRoleCommandInput>) =>
    client.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'test', ExternalId: 'org-1', ...input }));
  return { wire, own, assume };
}

describe('AssumeRole', () => {
  it('gives what the role leads to, for as long as it was asked', async () => {
    const { wire, assume } = await stand();
    const given = await assume({ DurationSeconds: 900 });
    expect(given.Credentials).toMatchObject({
      AccessKeyId: 'ASIACUSTOMER',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
    });
    const left = (given.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
    expect(given.AssumedRoleUser?.Arn).toBe('arn:aws:sts::210987654321:assumed-role/storage/test');
    expect(wire.observe.sessions()).toEqual([{ roleArn: arn, durationSeconds: 900, externalId: 'org-1' }]);
  });

  it.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['another external id', { ExternalId: 'org-2' }, 'AccessDenied'],
    ['no external id', { ExternalId: undefined }, 'AccessDenied'],
    ['a role that is not there', { RoleArn: `${arn}-missing` }, 'AccessDenied'],
    ['a role that trusts somebody else', { RoleArn: stranger.arn }, 'AccessDenied'],
    ['no condition at all', { RoleArn: open.arn, ExternalId: undefined }, 'answered'],
    ['something else than a role', { RoleArn: 'arn:aws:iam::210987654321:user/someone' }, 'ValidationError'],
    ['too short a session', { DurationSeconds: 60 }, 'ValidationError'],
    ['what is not served', { Policy: '{}' }, 'ValidationError'],
  ])('with %s', async (_, input, expected) => {
    const { assume } = await stand();
    expect(await failureOf(assume(input))).toBe(expected);
  });

  it('needs the caller’s own right, by role, account and external id', async () => {
    const { wire, assume } = await stand([
      allow('sts:AssumeRole', 'arn:aws:iam::*:role/*'),
      {
        ...allow('sts:AssumeRole'),
        effect: 'Deny',
        conditions: { StringEquals: { 'aws:ResourceAccount': ['210987654321'] } },
      },
    ]);
    expect(await failureOf(assume({}))).toBe('AccessDenied');
    expect(wire.logged.join()).toContain(`verifier is not allowed sts:AssumeRole on ${arn}`);
    const bound = await stand([
      { ...allow('sts:AssumeRole'), conditions: { StringEquals: { 'sts:ExternalId': ['org-1'] } } },
    ]);
    expect(await failureOf(bound.assume({}))).toBe('answered');
    expect(await failureOf(bound.assume({ RoleArn: open.arn, ExternalId: undefined }))).toBe('AccessDenied');
    expect(await failureOf((await stand([])).assume({}))).toBe('AccessDenied');
  });

  it('is refused to whoever does not sign it', async () => {
    const { wire } = await stand();
    const body = 'Action=AssumeRole&Version=2011-06-15';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(wire.endpoint, { method: 'POST', headers, body });
    expect([answer.status, (await answer.text()).includes('MissingAuthenticationToken')]).toEqual([400, true]);
  });
});

describe('a customer’s role', () => {
  it('is assumed as trusted, and tried without the external id', async () => {
    const { wire, own } = await stand();
    const environment = {
      ...wire.environment(),
      AWS_ACCESS_KEY_ID: own.accessKeyId,
      AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
      AWS_SESSION_TOKEN: own.sessionToken,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const assumed = (roleArn: string, externalId = 'org-1', how: Parameters<typeof assumeRole>[1] = 'as trusted') =>
      assumeRole({ kind: 'assumed-role', roleArn, externalId }, how);
    const value = {
      kind: 'access-key-pair',
      accessKey: 'ASIACUSTOMER',
      secretKey: 'secret',
      sessionToken: 'token',
    };
    expect(await assumed(arn)).toEqual({ ok: true, value });
    expect(wire.observe.sessions()).toEqual([{ roleArn: arn, durationSeconds: 900, externalId: 'org-1' }]);
    const notAssumable = { ok: false, diagnosis: { code: 'role-not-assumable', field: 'accessKey' } };
    expect(await assumed(arn, 'org-2')).toMatchObject(notAssumable);
    expect(await assumed(arn, 'org-1', 'without external id')).toMatchObject(notAssumable);
    expect(await assumed(open.arn, 'org-1', 'without external id')).toMatchObject({ ok: true });
    expect(await assumed(stranger.arn)).toMatchObject(notAssumable);
    const before = wire.observe.sessions().length;
    for (const malformed of ['storage', 'arn:aws:iam::1:role/x', 'arn:aws:s3:::bucket', `${arn}\nx`, `${arn} x`]) {
      expect(await assumed(malformed)).toMatchObject({ ok: false, diagnosis: { code: 'role-malformed' } });
    }
    expect(wire.observe.sessions()).toHaveLength(before);
  });
});
