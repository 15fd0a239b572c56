import { randomUUID } from 'node:crypto';
import type {
  CreateCredential,
  DeleteCredential,
  MarkCredential,
  ReadCredential,
  ReadCurrentCredential,
  RotateCredential,
} from '../../core/connections/credential-ports.ts';
import { variable } from '../runtime/environment.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';
import { findCredential, readCredential, writeCredential } from './credential-codec.ts';
import { isNamed, secretsManager, tableTag } from './secrets-manager.ts';

/** Named by the connection's uid, never by anything a person wrote. */
const nameOf = (uid: string): string => `${variable('CREDENTIALS_PREFIX')}${uid}`;

/** The secret is not there, or on its way out. */
const isGone = (error: unknown): boolean =>
  isNamed(error, 'ResourceNotFoundException') || isNamed(error, 'InvalidRequestException');

/** A version's id is the token that made it, so that a repeated call makes no second one. */
export const createConnectionCredential: CreateCredential = async (uid, credential) => {
  const { sdk, client } = await secretsManager();
  const version = randomUUID();
  const SecretString = writeCredential(credential);
  await mapThrottling(
    client.send(
      new sdk.CreateSecretCommand({ Name: nameOf(uid), SecretString, ClientRequestToken: version, Tags: [tableTag()] }),
    ),
  );
  return version;
};

export const markConnectionCredential: MarkCredential = async (uid) => {
  const { sdk, client } = await secretsManager();
  try {
    await mapThrottling(client.send(new sdk.TagResourceCommand({ SecretId: nameOf(uid), Tags: [tableTag()] })));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
};

export const rotateConnectionCredential: RotateCredential = {
  async add(uid, credential) {
    const { sdk, client } = await secretsManager();
    const version = randomUUID();
    const command = new sdk.PutSecretValueCommand({
      SecretId: nameOf(uid),
      SecretString: writeCredential(credential),
      ClientRequestToken: version,
      // Not the current one until the connection names it: what nobody named must not be taken for a rotation.
      VersionStages: ['AWSPENDING'],
    });
    try {
      await mapThrottling(client.send(command));
      return version;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  },
  async confirm(uid, version) {
    const { sdk, client } = await secretsManager();
    try {
      const { Versions = [] } = await client.send(new sdk.ListSecretVersionIdsCommand({ SecretId: nameOf(uid) }));
      const current = Versions.find(({ VersionStages = [] }) => VersionStages.includes('AWSCURRENT'))?.VersionId;
      if (current === version) return;
      await client.send(
        new sdk.UpdateSecretVersionStageCommand({
          SecretId: nameOf(uid),
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: version,
          ...(current !== undefined && { RemoveFromVersionId: current }),
        }),
      );
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  },
};

export const readConnectionCredential: ReadCredential = async (uid, version) => {
  const { sdk, client } = await secretsManager();
  try {
    const command = new sdk.GetSecretValueCommand({ SecretId: nameOf(uid), VersionId: version });
    return readCredential((await client.send(command)).SecretString);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};

export const readCurrentConnectionCredential: ReadCurrentCredential = async (uid) => {
  const { sdk, client } = await secretsManager();
  try {
    const command = new sdk.GetSecretValueCommand({ SecretId: nameOf(uid) });
    const { VersionId, SecretString } = await client.send(command);
    if (VersionId === undefined) throw new Error('Secrets Manager named no version.');
    return { version: VersionId, credential: findCredential(SecretString) ?? 'unreadable' };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};

export const deleteConnectionCredential: DeleteCredential = async (uid) => {
  const { sdk, client } = await secretsManager();
  try {
    await client.send(new sdk.DeleteSecretCommand({ SecretId: nameOf(uid), ForceDeleteWithoutRecovery: true }));
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
};
