import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

type Sdk = typeof import('@aws-sdk/client-secrets-manager');

let loaded: Promise<{ readonly sdk: Sdk; readonly client: SecretsManagerClient }> | undefined;

/** Secrets Manager's SDK and one client, loaded when first used: a request for an S3 bucket never needs them. */
export const secretsManager = () => {
  loaded ??= import('@aws-sdk/client-secrets-manager').then((sdk) => ({
    sdk,
    client: new sdk.SecretsManagerClient({}),
  }));
  return loaded;
};

/** Whether it is AWS's error of this name. */
export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
