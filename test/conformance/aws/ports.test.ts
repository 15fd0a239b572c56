import { afterAll, beforeAll } from 'vitest';
import { type Service, startService } from '../../contract/service.ts';
import { connectionCredentialsConformance } from '../connection-credentials.ts';
import { connectionsConformance } from '../connections.ts';
import { jobsConformance } from '../jobs.ts';
import { unsavedCredentialsConformance } from '../unsaved-credentials.ts';

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
