import { variable } from '../runtime/environment.ts';
import { loadOnce } from '../runtime/load-once.ts';

/** Secrets Manager's SDK and one client, loaded when first used: a request for an S3 bucket never needs them. */
export const secretsManager = loadOnce(async () => {
  const sdk = await import('@aws-sdk/client-secrets-manager');
  return { sdk, client: new sdk.SecretsManagerClient({}) };
});

/**
 * The tag by which a secret says which connections table it belongs to. Names of secrets are the stage's, so that a
 * deployment which was made anew finds those of the one before, whose table is kept and is not its own.
 */
export const tableTag = () => ({ Key: 'storage-connections-table', Value: variable('CONNECTIONS_TABLE') });

/** Whether it is AWS's error of this name. */
export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
