import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type Service, startService } from '../../contract/service.ts';
import { auditConformance, triedMostRows, triedRetentionDays } from '../access/audit.ts';
import { keyUseConformance } from '../access/key-use.ts';
import { keysConformance } from '../access/keys.ts';
import { limitsConformance, triedLimits } from '../access/limits.ts';
import { organizationsConformance } from '../access/organizations.ts';
import { connectionCredentialsConformance } from '../connections/connection-credentials.ts';
import { connectionsConformance } from '../connections/connections.ts';
import { verdictsConformance } from '../connections/verdicts.ts';
import { watchedConformance } from '../connections/watched.ts';
import { jobsConformance } from '../jobs/jobs.ts';
import { unsavedCredentialsConformance } from '../jobs/unsaved-credentials.ts';
import { triedPlaces, unsavedJobsConformance } from '../jobs/unsaved-jobs.ts';
import { checksConformance } from '../reverification/checks.ts';
import { historiesConformance, triedHistoryDays } from '../reverification/histories.ts';
import { janitorConformance } from '../reverification/janitor.ts';

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

jobsConformance('in DynamoDB', async () => (await import('../../../functions/platform/jobs/job-table.ts')).jobs());
unsavedCredentialsConformance('in Secrets Manager', async () => {
  const vault = await import('../../../functions/platform/credentials/unsaved-credentials.ts');
  return {
    create: vault.createUnsavedCredential,
    read: vault.readUnsavedCredential,
    remove: vault.deleteUnsavedCredential,
  };
});
const connections = async (now?: number) => {
  Object.assign(process.env, { HISTORY_RETENTION_DAYS: triedHistoryDays });
  const { readHistory } = await import('../../../functions/platform/events/read-history.ts');
  return {
    write: (await import('../../../functions/platform/connections/write-connections.ts')).writeConnections(),
    verified: (await import('../../../functions/platform/connections/record-verdicts.ts')).verifiedConnections(),
    locate: (await import('../../../functions/platform/connections/locate-connection.ts')).locateConnection(),
    watched: (await import('../../../functions/platform/connections/find-watched.ts')).findWatched(),
    checks: (await import('../../../functions/platform/reverification/write-checks.ts')).writeChecks(),
    due: (await import('../../../functions/platform/reverification/find-due.ts')).findDue(),
    history: now === undefined ? readHistory() : readHistory(() => now),
    announcements: (await import('../../../functions/platform/events/write-announcements.ts')).writeAnnouncements(),
  };
};
connectionsConformance('in DynamoDB', () => connections());
verdictsConformance('in DynamoDB', () => connections(0));
checksConformance('in DynamoDB', () => connections());
watchedConformance('in DynamoDB', () => connections());
historiesConformance('in DynamoDB', connections);
connectionCredentialsConformance('in Secrets Manager', async () => {
  const vault = await import('../../../functions/platform/credentials/connection-credentials.ts');
  const { secretsManager } = await import('../../../functions/platform/credentials/secrets-manager.ts');
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
  const rows = await import('../../../functions/platform/connections/connection-row.ts');
  const vault = await import('../../../functions/platform/credentials/connection-credentials.ts');
  const { secretsManager, tableTag } = await import('../../../functions/platform/credentials/secrets-manager.ts');
  const { listSecrets, retireConnectionCredential } = await import(
    '../../../functions/platform/janitor/orphaned-secrets.ts'
  );
  const { table } = await import('../../../functions/platform/dynamodb/client.ts');
  const put = async (Item: Record<string, unknown>) => {
    await table.send(new PutCommand({ TableName: process.env['CONNECTIONS_TABLE'], Item }));
  };
  const { write, locate } = await connections();
  return {
    ...{ write, locate, create: vault.createConnectionCredential, read: vault.readConnectionCredential },
    ...{ secrets: listSecrets, retire: retireConnectionCredential },
    stale: (await import('../../../functions/platform/janitor/stale-rows.ts')).findStale(),
    mend: (await import('../../../functions/platform/janitor/reservations.ts')).repairConnections(),
    places: (await import('../../../functions/platform/janitor/cursor.ts')).janitorCursorStore(),
    jobs: (await import('../../../functions/platform/jobs/job-table.ts')).jobs(),
    createUnsaved: (await import('../../../functions/platform/credentials/unsaved-credentials.ts'))
      .createUnsavedCredential,
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
        claim.kind === 'id' ? rows.idKey(organizationId, claim.id) : rows.nameKey(organizationId, claim.name);
      return put({ ...place, uid });
    },
    plantOld: (connection) =>
      put({ ...rows.connectionKeyOf(connection.organizationId, connection.uid), ...connection }),
  };
});
organizationsConformance('in DynamoDB', async () => {
  const { operatorOrganizations } = await import('../../../functions/platform/access/admin-organizations.ts');
  const { organizations } = await import('../../../functions/platform/access/organizations.ts');
  return { write: operatorOrganizations(), read: organizations };
});
keysConformance('in DynamoDB', async () => {
  const { operatorOrganizations } = await import('../../../functions/platform/access/admin-organizations.ts');
  const { operatorKeys } = await import('../../../functions/platform/access/admin-keys.ts');
  const { apiKeys } = await import('../../../functions/platform/access/api-keys.ts');
  return { write: operatorKeys(), organizations: operatorOrganizations(), read: apiKeys };
});
keyUseConformance('in DynamoDB', async () => {
  const { keyUse, readKeyUse } = await import('../../../functions/platform/access/key-use.ts');
  return { note: () => keyUse(), read: readKeyUse };
});
limitsConformance('in DynamoDB', async () => {
  const { takeAllowance } = await import('../../../functions/platform/access/rate-limits.ts');
  const { key, organization, host } = triedLimits;
  Object.assign(process.env, { LIMIT_PER_KEY: key, LIMIT_PER_ORGANIZATION: organization, LIMIT_PER_HOST: host });
  return takeAllowance();
});
unsavedJobsConformance('in DynamoDB', async () => {
  const { takeJobSlot, releaseJobSlot } = await import('../../../functions/platform/jobs/job-slots.ts');
  const { table } = await import('../../../functions/platform/dynamodb/client.ts');
  const TableName = process.env['CONNECTIONS_TABLE'];
  await table.send(new DeleteCommand({ TableName, Key: { pk: 'UNSAVED', sk: 'JOBS' } }));
  Object.assign(process.env, { UNSAVED_JOBS: triedPlaces });
  return { admit: takeJobSlot(), leave: releaseJobSlot() };
});
auditConformance('in DynamoDB', async (now) => {
  const { writeAudit } = await import('../../../functions/platform/access/write-audit.ts');
  const { readAudit } = await import('../../../functions/platform/access/read-audit.ts');
  Object.assign(process.env, { AUDIT_RETENTION_DAYS: triedRetentionDays });
  return { write: writeAudit(), read: readAudit(() => now, triedMostRows) };
});
