import type { ReadFingerprintKey } from '../../core/jobs/ports.ts';
import { variable } from '../runtime/environment.ts';
import { loadOnce } from '../runtime/load-once.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';
import { secretsManager } from './secrets-manager.ts';

/**
 * The deployment's fingerprint key, read once per function instance. A rotated key therefore comes into use as
 * instances are replaced; meanwhile a poll may start a second job, which costs a verification and nothing else.
 */
export const readFingerprintKey: ReadFingerprintKey = loadOnce(async () => {
  const { sdk, client } = await secretsManager();
  const command = new sdk.GetSecretValueCommand({ SecretId: variable('FINGERPRINT_KEY_ARN') });
  const { SecretString, VersionId } = await mapThrottling(client.send(command));
  if (!SecretString || !VersionId) throw new Error('The fingerprint key has no value.');
  return { id: VersionId, key: SecretString };
});
