import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { nextJob } from '../../../functions/core/records/job.ts';
import {
  connectionKeyOf,
  idKey,
  nameKey,
  pendingSecretKey,
  toPendingRow,
  uidKey,
} from '../../../functions/platform/connections/connection-row.ts';
import { fromRow, jobKey, toRow } from '../../../functions/platform/jobs/job-row.ts';
import { openSecretFile } from '../../../infra/local/aws/secrets-manager/state.ts';
import { canary, expectNoCanary } from '../canary.ts';
import { type Service, startService } from '../service.ts';

const hour = 3_600_000;
const now = Date.now();
const fingerprint = () => randomBytes(32).toString('hex');
const [overdue, running] = [fingerprint(), fingerprint()];
const uids = { old: randomUUID(), noted: randomUUID(), lost: randomUUID(), young: randomUUID() };

/** Secrets by the end of their names, and when they were made. */
const secrets: Readonly<Record<string, number>> = {
  [`conn/${uids.old}`]: now - 2 * hour,
  [`conn/${uids.noted}`]: now - 2 * hour,
  [`conn/${uids.lost}`]: now - 2 * hour,
  [`conn/${uids.young}`]: now,
  [`job/${overdue}-1`]: now - 2 * hour,
  [`job/${overdue}-2`]: now,
  [`job/${running}-2`]: now,
  // Nobody's here, whatever is in it.
  'conn/of-a-person': now - 2 * hour,
};
/** Secrets of connections in the table that an earlier deployment of this stage left, and of those before the mark. */
const foreign = Array.from({ length: 3 }, () => `conn/${randomUUID()}`);

let service: Service;
let dataDir: string;
let table: DynamoDBDocumentClient;
let TableName: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'janitor-'));
  const file = await openSecretFile(join(dataDir, 'aws', 'secrets.json'));
  for (const [end, createdAt] of [
    ...Object.entries(secrets),
    ...foreign.map((end) => [end, now - 2 * hour] as const),
  ]) {
    const name = `prod/${end}`;
    const arn = `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
    const version = { id: randomUUID(), stages: ['AWSCURRENT'], createdAt, string: JSON.stringify(canary) };
    file.secrets.set(name, { name, arn, tags: [], createdAt, changedAt: createdAt, versions: [version] });
  }
  await file.save();
  service = await startService({ demo: false, dataDir });
  const { wire, template } = service.target;
  const { accessKeyId, secretAccessKey, sessionToken } = wire.administrator();
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const client = new DynamoDBClient({ endpoint: wire.endpoint, region: 'us-east-1', credentials });
  table = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const environments = template.functions.map(({ environment }) =>
    z.record(z.string(), z.unknown()).parse(environment),
  );
  const vault = new SecretsManagerClient({ endpoint: wire.endpoint, region: 'us-east-1', credentials });
  TableName = z.string().parse(environments.find((one) => one['CONNECTIONS_TABLE'])?.['CONNECTIONS_TABLE']);
  const tag = (SecretId: string, Value: string) =>
    vault.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'storage-connections-table', Value }] }));
  for (const end of Object.keys(secrets)) await tag(`prod/${end}`, TableName);
  await tag(`prod/${foreign[0]}`, 'the-table-of-an-earlier-deployment');
  vault.destroy();
});
afterAll(async () => {
  table.destroy();
  await service.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const put = (Item: Record<string, unknown>) => table.send(new PutCommand({ TableName, Item }));
const get = async (Key: Record<string, string>) => (await table.send(new GetCommand({ TableName, Key }))).Item;

/** Runs it as its schedule does. @returns the lines that it wrote */
async function run(): Promise<string> {
  const { wire, template, logs } = service.target;
  const janitor = template.rules.find((rule) => 'everySeconds' in rule && rule.everySeconds === 3_600);
  const before = logs().length;
  await wire.trigger(janitor?.name ?? '');
  return logs().slice(before).join('\n');
}

describe('the janitor', () => {
  test('mends each kind of litter by its own rights, once, and leaves everything else alone', async () => {
    const { organizationId } = service.target.seeded;
    const target = {
      provider: 'azure',
      endpoint: 'https://acct.blob.core.windows.net',
      bucket: 'box',
      prefix: '',
    } as const;
    const old: Connection = {
      ...{ uid: uids.old, id: 1, organizationId, name: 'old', target, revealable: false, synchronize: false },
      credential: { kind: 'account-key', accessKey: 'acct', version: 'v' },
      verification: { status: 'connected', since: 1, verifiedAt: 1 },
      ...{ createdAt: 1, updatedAt: 1, version: 1 },
    };
    await put({ ...connectionKeyOf(organizationId, old.uid), ...old });
    for (const place of [idKey(organizationId, old.id), nameKey(organizationId, old.name)]) {
      await put({ ...place, uid: old.uid });
    }
    for (const place of [idKey(organizationId, 99), nameKey(organizationId, 'gone')]) {
      await put({ ...place, uid: randomUUID() });
    }
    const note = { organizationId, uid: uids.noted, dueAt: now - hour };
    await put(toPendingRow(note));
    for (const [of, deadlineAt] of [
      [overdue, now - hour],
      [running, now + hour],
    ] as const) {
      const job = nextJob({ fingerprint: of, organizationId, target }, undefined, now);
      await put(toRow({ ...job, generation: 2, deadlineAt }));
    }

    expect(await run()).toMatch(
      /janitor.*jobs\W+1\W.*notes\W+1\W.*secrets\W+2\W.*claims\W+2\W.*connections\W+1\W.*failed\W+0\W.*finished\W+true/s,
    );

    const jobOf = async (of: string) => fromRow(await get(jobKey(of)));
    expect((await jobOf(overdue)).verdict?.outcome).toMatchObject({ diagnosis: { code: 'interrupted' } });
    expect((await jobOf(running)).verdict).toBeUndefined();
    expect(await get(pendingSecretKey(note))).toBeUndefined();
    expect(await get(nameKey(organizationId, 'gone'))).toBeUndefined();
    expect(await get(idKey(organizationId, 99))).toBeUndefined();
    expect(await get(idKey(organizationId, old.id))).toMatchObject({ uid: old.uid });
    expect(await get(nameKey(organizationId, old.name))).toMatchObject({ uid: old.uid });
    expect(await get(uidKey(old.uid))).toMatchObject({ organizationId, uid: old.uid });
    expect(await get(connectionKeyOf(organizationId, old.uid))).toMatchObject({ check: { failures: 0 }, version: 1 });
    const kept = service.target.wire.observe.secrets().filter(({ name }) => /^prod\/(?:conn|job)\//.test(name));
    const names = (found: typeof kept) => found.map(({ name }) => name.slice('prod/'.length)).sort();
    expect(names(kept.filter(({ deletionAt }) => deletionAt === undefined))).toEqual(
      [...foreign, 'conn/of-a-person', `conn/${uids.old}`, `conn/${uids.young}`, `job/${running}-2`].sort(),
    );
    expect(names(kept.filter(({ deletionAt = 0 }) => deletionAt > now + 6 * 24 * hour))).toEqual([`conn/${uids.lost}`]);

    expect(await run()).toMatch(
      /janitor.*jobs\W+0\W.*notes\W+0\W.*secrets\W+0\W.*claims\W+0\W.*connections\W+0\W.*failed\W+0\W/s,
    );
    const { logs, wire } = service.target;
    expectNoCanary({ logs: logs(), rows: await wire.observe.rows(), secrets: wire.observe.secrets() });
  });
});
