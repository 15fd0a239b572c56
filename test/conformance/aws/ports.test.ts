import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { type Service, startService } from '../../contract/service.ts';
import { auditConformance, triedMostRows, triedRetentionDays } from '../audit.ts';
import { connectionCredentialsConformance } from '../connection-credentials.ts';
import { connectionsConformance } from '../connections.ts';
import { jobsConformance } from '../jobs.ts';
import { keyUseConformance } from '../key-use.ts';
import { keysConformance } from '../keys.ts';
import { limitsConformance, triedLimits } from '../limits.ts';
import { organizationsConformance } from '../organizations.ts';
import { unsavedCredentialsConformance } from '../unsaved-credentials.ts';
import { triedPlaces, unsavedJobsConformance } from '../unsaved-jobs.ts';

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
connectionsConformance('in DynamoDB', async () => ({
  write: (await import('../../../functions/platform/connection-writes.ts')).writeConnections(),
  record: (await import('../../../functions/platform/connection-verified.ts')).recordVerification,
}));
connectionCredentialsConformance('in Secrets Manager', async () => {
  const vault = await import('../../../functions/platform/connection-credentials.ts');
  return {
    create: vault.createConnectionCredential,
    rotate: vault.rotateConnectionCredential,
    read: vault.readConnectionCredential,
    remove: vault.deleteConnectionCredential,
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
