import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSecretOf, parseApiKey, standingOfKey } from '../../../functions/core/access/api-key.ts';
import { scopes } from '../../../functions/core/access/scope.ts';
import { readKeptKey, seed } from '../../../infra/local/seed.ts';
import { TableName, template as things } from './aws/dynamodb/things.ts';
import { lambda, startTestAws, type TestAws, temporaryFolder } from './aws/test-aws.ts';

const template = { ...things, functions: [lambda('reader', { environment: { ACCESS_TABLE: TableName } })] };
const cleanUps: (() => Promise<void>)[] = [];
let wire: TestAws;

/** The table's adapters, which find it through the environment. */
beforeAll(async () => {
  const later = (cleanUp: () => Promise<void>) => cleanUps.push(cleanUp);
  wire = await startTestAws({ template, dataDir: await temporaryFolder(later) }, later);
  const { accessKeyId, secretAccessKey, sessionToken } = wire.administrator();
  Object.assign(process.env, wire.environment(), {
    ACCESS_TABLE: TableName,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
});
afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});

const seeded = async (dataDir: string) => {
  const { operatorKeys } = await import('../../../functions/platform/access/admin-keys.ts');
  const { operatorOrganizations } = await import('../../../functions/platform/access/admin-organizations.ts');
  const ports = { keys: operatorKeys(), organizations: operatorOrganizations() };
  const { key: text, ...told } = await seed({ wire, template, kept: await readKeptKey(dataDir) });
  const { id, secret } = parseApiKey(text) ?? { id: '', secret: '' };
  const [key, organization] = await Promise.all([
    ports.keys.find(id),
    ports.organizations.find({ slug: told.organizationSlug }),
  ]);
  if (!key || !organization) throw new Error('Nothing was seeded.');
  return { ...ports, told, text, secret, key, organization };
};

describe('the demo organization', () => {
  test('is there whole, with a key that may do everything', async () => {
    const { told, secret, key, organization, keys, organizations } = await seeded(await temporaryFolder());
    expect(told).toEqual({ organizationId: 1, organizationSlug: 'demo', externalId: organization.externalId });
    expect(organization).toMatchObject({ id: 1, slug: 'demo', name: 'Demo' });
    expect(key).toMatchObject({ name: 'demo', organizations: [1], scopes, createdBy: 'local' });
    expect(isSecretOf(key, secret)).toBe(true);
    expect((await organizations.list({ limit: 10 })).items).toEqual([organization]);
    expect((await keys.ofOrganization(1, { limit: 10 })).items).toContainEqual(key);
  });

  test('is the same after another start, and as it was at first', async () => {
    const dataDir = await temporaryFolder();
    const first = await seeded(dataDir);
    await first.keys.revoke(first.key.id, 1);
    await first.organizations.disable(1, 1);
    const second = await seeded(dataDir);
    expect([second.text, second.organization, second.key]).toEqual([first.text, first.organization, first.key]);
    expect(standingOfKey(second.key, Date.now())).toBe('active');
  });

  test('is another in another folder', async () => {
    const [one, other] = [await seeded(await temporaryFolder()), await seeded(await temporaryFolder())];
    expect(other.text).not.toBe(one.text);
    expect(other.organization.externalId).not.toBe(one.organization.externalId);
    expect(other.organization.cursorKey).not.toBe(one.organization.cursorKey);
  });

  test('keeps a key from the time when only the key was kept', async () => {
    const dataDir = await temporaryFolder();
    const file = join(dataDir, 'demo-key.json');
    const first = await seeded(dataDir);
    const { text, secretHash } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ text, secretHash }));
    const second = await seeded(dataDir);
    expect(second.text).toBe(first.text);
    expect((await seeded(dataDir)).organization).toEqual(second.organization);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test.each(['', '{', 'null', '{"secretHash":"00"}', '{"text":"ei_0"}', '{"externalId":1}'])(
    'is not made of a damaged file: %s',
    async (content) => {
      const dataDir = await temporaryFolder();
      await writeFile(join(dataDir, 'demo-key.json'), content);
      await expect(readKeptKey(dataDir)).rejects.toThrow(/^\S+demo-key\.json is damaged\. Remove it/);
    },
  );
});
