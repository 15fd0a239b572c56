import type { CreateUnsavedCredential, DeleteUnsavedCredential, ReadUnsavedCredential } from '../../core/jobs/ports.ts';
import type { JobReference } from '../../core/records/job.ts';
import { variable } from '../runtime/environment.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';
import { readCredential, writeCredential } from './credential-codec.ts';
import { isNamed, secretsManager, tableTag } from './secrets-manager.ts';

/** Named by the job alone, so that whoever knows the job can remove it, whatever else was lost. */
const nameOf = (job: JobReference): string =>
  `${variable('UNSAVED_CREDENTIALS_PREFIX')}${job.fingerprint}-${job.generation}`;

export const createUnsavedCredential: CreateUnsavedCredential = async (job, credential) => {
  const { sdk, client } = await secretsManager();
  const command = new sdk.CreateSecretCommand({
    Name: nameOf(job),
    SecretString: writeCredential(credential),
    Description: 'Credential of a running verification; removed when it ends.',
    Tags: [tableTag()],
  });
  try {
    await mapThrottling(client.send(command));
  } catch (error) {
    // The job's name is its own: what is there under it was put there by an earlier attempt of this very call.
    if (!isNamed(error, 'ResourceExistsException')) throw error;
  }
};

export const readUnsavedCredential: ReadUnsavedCredential = async (job) => {
  const { sdk, client } = await secretsManager();
  try {
    const { SecretString } = await client.send(new sdk.GetSecretValueCommand({ SecretId: nameOf(job) }));
    return readCredential(SecretString);
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException') || isNamed(error, 'InvalidRequestException')) return undefined;
    throw error;
  }
};

export const deleteUnsavedCredential: DeleteUnsavedCredential = async (job) => {
  const { sdk, client } = await secretsManager();
  try {
    // Without a recovery window: a credential nobody saved must not outlive its verification.
    await client.send(new sdk.DeleteSecretCommand({ SecretId: nameOf(job), ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
};
