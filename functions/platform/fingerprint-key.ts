import type { ReadFingerprintKey } from '../core/job-ports.ts';
import { variable } from './environment.ts';
import { secretsManager } from './secrets.ts';
import { throttled } from './throttling.ts';

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
  const { SecretString, VersionId } = await throttled(client.send(command));
  if (!SecretString || !VersionId) throw new Error('The fingerprint key has no value.');
  return { id: VersionId, key: SecretString };
}
