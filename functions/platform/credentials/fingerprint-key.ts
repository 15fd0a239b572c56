import type { ReadFingerprintKey } from '../../core/jobs/ports.ts';
import { variable } from '../runtime/environment.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';
import { secretsManager } from './secrets-manager.ts';

let read: ReturnType<ReadFingerprintKey> | undefined;

/**
 * The deployment's fingerprint key, read once per function instance. A rotated key therefore comes into use as
 * instances are replaced; meanwhile a poll may start a second job, which costs a verification and nothing else.
 */
export const readFingerprintKey: ReadFingerprintKey = () => {
  read ??= fetchKey().catch((error) => {
    read = undefined;
    throw error;
  });
  return read;
};

async function fetchKey() {
  const { sdk, client } = await secretsManager();
  const command = new sdk.GetSecretValueCommand({ SecretId: variable('FINGERPRINT_KEY_ARN') });
  const { SecretString, VersionId } = await mapThrottling(client.send(command));
  if (!SecretString || !VersionId) throw new Error('The fingerprint key has no value.');
  return { id: VersionId, key: SecretString };
}
