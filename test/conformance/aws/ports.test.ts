import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type Service, startService } from '../../contract/service.ts';
import { auditConformance, triedMostRows, triedRetentionDays } from '../audit.ts';
import { checksConformance } from '../checks.ts';
import { connectionCredentialsConformance } from '../connection-credentials.ts';
import { connectionsConformance } from '../connections.ts';
import { historiesConformance, triedHistoryDays } from '../histories.ts';
import { janitorConformance } from '../janitor.ts';
import { jobsConformance } from '../jobs.ts';
import { keyUseConformance } from '../key-use.ts';
import { keysConformance } from '../keys.ts';
import { limitsConformance, triedLimits } from '../limits.ts';
import { organizationsConformance } from '../organizations.ts';
import { unsavedCredentialsConformance } from '../unsaved-credentials.ts';
import { triedPlaces, unsavedJobsConformance } from '../unsaved-jobs.ts';
import { verdictsConformance } from '../verdicts.ts';
import { watchedConformance } from '../watched.ts';

let service: Service;

/** The adapters find their AWS through the environment, as they do in a function. */
beforeAll(async () => {
  service = await startService({ demo: false });
  const { template, wire } = service.target;
  const credentials = wire.administrator();
  Object.assign(process.env, ...template.functions.map(({ environment }) => environment), wire.environment(), {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
});
afterAll(() => service.stop());

jobsConformance('in DynamoDB', async () => (await import('../../../functions/platform/jobs.ts')).jobs());
unsavedCredentialsConformance('in Secrets Manager', async () => {
  const vault = await import('../../../functions/platform/unsaved-credentials.ts');
  return {
    create: vault.createUnsavedCredential,
    read: vault.readUnsavedCredential,
    remove: vault.deleteUnsavedCredential,
  };
});
const connections = async (now?: number) => {
  Object.assign(process.env, { HISTORY_RETENTION_DAYS: triedHistoryDays });
  const { readHistory } = await import('../../../functions/platform/history-reading.ts');
  return {
    write: (await import('../../../functions/platform/connection-writes.ts')).writeConnections(),
    verified: (await import('../../../functions/platform/verified-connections.ts')).verifiedConnections(),
    locate: (await import('../../../functions/platform/connection-place.ts')).locateConnection(),
    watched: (await import('../../../functions/platform/watched-index.ts')).findWatched(),
    checks: (await import('../../../functions/platform/connection-checks.ts')).writeChecks(),
    due: (await import('../../../functions/platform/due-checks.ts')).findDue(),
    history: now === undefined ? readHistory() : readHistory(() => now),
    announcements: (await import('../../../functions/platform/announcements.ts')).writeAnnouncements(),
  };
};
connectionsConformance('in DynamoDB', () => connections());
verdictsConformance('in DynamoDB', () => connections(0));
checksConformance('in DynamoDB', () => connections());
watchedConformance('in DynamoDB', () => connections());
historiesConformance('in DynamoDB', connections);
connectionCredentialsConformance('in Secrets Manager', async () => {
  const vault = await import('../../../functions/platform/connection-credentials.ts');
  const { secretsManager } = await import('../../../functions/platform/secrets.ts');
  return {
    create: vault.createConnectionCredential,
    rotate: vault.rotateConnectionCredential,
    read: vault.readConnectionCredential,
    current: vault.readCurrentConnectionCredential,
    remove: vault.deleteConnectionCredential,
    async replace(uid, text) {
      const { sdk, client } = await secretsManager();
      const SecretId = `${process.env['CREDENTIALS_PREFIX']}${uid}`;
      const put = new sdk.PutSecretValueCommand({ SecretId, SecretString: text, ClientRequestToken: randomUUID() });
      return (await client.send(put)).VersionId ?? '';
    },
  };
});
janitorConformance('in DynamoDB and Secrets Manager', async () => {
  const rows = await import('../../../functions/platform/connection-row.ts');
  const vault = await import('../../../functions/platform/connection-credentials.ts');
  const { secretsManager, tableTag } = await import('../../../functions/platform/secrets.ts');
  const { listSecrets, retireConnectionCredential } = await import('../../../functions/platform/janitor-secrets.ts');
  const { table } = await import('../../../functions/platform/table.ts');
  const put = async (Item: Record<string, unknown>) => {
    await table.send(new PutCommand({ TableName: process.env['CONNECTIONS_TABLE'], Item }));
  };
  const { write, locate } = await connections();
  return {
    ...{ write, locate, create: vault.createConnectionCredential, read: vault.readConnectionCredential },
    ...{ secrets: listSecrets, retire: retireConnectionCredential },
    stale: (await import('../../../functions/platform/janitor-stale.ts')).findStale(),
    mend: (await import('../../../functions/platform/janitor-rows.ts')).mendConnections(),
    places: (await import('../../../functions/platform/janitor-place.ts')).janitorPlaces(),
    jobs: (await import('../../../functions/platform/jobs.ts')).jobs(),
    createUnsaved: (await import('../../../functions/platform/unsaved-credentials.ts')).createUnsavedCredential,
    mark: vault.markConnectionCredential,
    async createForeign(uid, credential) {
      const { sdk, client } = await secretsManager();
      const tag = { ...tableTag(), Value: 'the-table-of-another-deployment' };
      const Name = `${process.env['CREDENTIALS_PREFIX']}${uid}`;
      const value = { SecretString: JSON.stringify(credential), ClientRequestToken: randomUUID() };
      await client.send(new sdk.CreateSecretCommand({ Name, ...value, Tags: [tag] }));
    },
    plantClaim: (claim) => {
      const { organizationId, uid } = claim;
      const place =
        claim.kind === 'id' ? rows.idPlace(organizationId, claim.id) : rows.namePlace(organizationId, claim.name);
      return put({ ...place, uid });
    },
    plantOld: (connection) =>
      put({ ...rows.connectionPlace(connection.organizationId, connection.uid), ...connection }),
  };
});
organizationsConformance('in DynamoDB', async () => {
  const { operatorOrganizations } = await import('../../../functions/platform/operator-organizations.ts');
  const { organizations } = await import('../../../functions/platform/organizations.ts');
  return { write: operatorOrganizations(), read: organizations };
});
keysConformance('in DynamoDB', async () => {
  const { operatorOrganizations } = await import('../../../functions/platform/operator-organizations.ts');
  const { operatorKeys } = await import('../../../functions/platform/operator-keys.ts');
  const { apiKeys } = await import('../../../functions/platform/api-keys.ts');
  return { write: operatorKeys(), organizations: operatorOrganizations(), read: apiKeys };
});
keyUseConformance('in DynamoDB', async () => {
  const { keyUse, readKeyUse } = await import('../../../functions/platform/key-use.ts');
  return { note: () => keyUse(), read: readKeyUse };
});
limitsConformance('in DynamoDB', async () => {
  const { takeAllowance } = await import('../../../functions/platform/limits.ts');
  const { key, organization, host } = triedLimits;
  Object.assign(process.env, { LIMIT_PER_KEY: key, LIMIT_PER_ORGANIZATION: organization, LIMIT_PER_HOST: host });
  return takeAllowance();
});
unsavedJobsConformance('in DynamoDB', async () => {
  const { admitUnsavedJob, leaveUnsavedJob } = await import('../../../functions/platform/unsaved-jobs.ts');
  const { table } = await import('../../../functions/platform/table.ts');
  const TableName = process.env['CONNECTIONS_TABLE'];
  await table.send(new DeleteCommand({ TableName, Key: { pk: 'UNSAVED', sk: 'JOBS' } }));
  Object.assign(process.env, { UNSAVED_JOBS: triedPlaces });
  return { admit: admitUnsavedJob(), leave: leaveUnsavedJob() };
});
auditConformance('in DynamoDB', async (now) => {
  const { writeAudit } = await import('../../../functions/platform/audit-trail.ts');
  const { readAudit } = await import('../../../functions/platform/audit-reading.ts');
  Object.assign(process.env, { AUDIT_RETENTION_DAYS: triedRetentionDays });
  return { write: writeAudit(), read: readAudit(() => now, triedMostRows) };
});
