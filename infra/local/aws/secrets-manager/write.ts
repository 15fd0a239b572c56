import type { BusEvent } from '../eventbridge/envelope.ts';
import { type Caller, type Operation, parseInput, ServiceError } from '../service.ts';
import { randomSuffix } from './generate.ts';
import { inputs } from './inputs.ts';
import { labelEvents, labelsOf } from './label-events.ts';
import { findSecret, findUsableSecret, lookUp, resourceOf } from './lookup.ts';
import type { Secret, SecretFile } from './state.ts';
import { current, putVersion, relabel, requestedValue } from './versions.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Creates the operations that write. Each returns when its change is on disk.
 * @param publish receives the events of labels that have moved, once the move is on disk; no operation waits for it
 */
export function writeOperations(
  { secrets, save }: SecretFile,
  place: { account: string; region: string },
  publish: (event: BusEvent) => void,
): Readonly<Record<string, Operation>> {
  const allow = (action: string, secretId: string, caller: Caller, keys: Record<string, readonly string[]> = {}) =>
    caller.require(`secretsmanager:${action}`, resourceOf(secrets, secretId, place), {
      'secretsmanager:SecretId': [secretId],
      ...keys,
    });

  /** Performs a change that may move labels, saves it, and publishes the moves. */
  const saveLabels = async <T>(secret: Secret, change: () => T): Promise<T> => {
    const before = labelsOf(secret);
    const changed = change();
    // Computed before saving, because the next change of this secret does not wait for this one.
    const events = labelEvents(secret, before, place);
    await save();
    for (const event of events) publish(event);
    return changed;
  };

  return {
    CreateSecret: async (input, caller) => {
      const { Name: name, Tags: tags = [], Description, ...parsed } = parseInput(inputs.CreateSecret, input);
      if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) {
        throw new ServiceError(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
        );
      }
      const resource = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${name}-??????`;
      const keys = { 'secretsmanager:Name': [name] };
      caller.require('secretsmanager:CreateSecret', resource, keys);
      if (tags.length > 0) caller.require('secretsmanager:TagResource', resource, keys);
      const token = tokenOf(parsed.ClientRequestToken);
      const value = requestedValue(parsed);

      const existing = lookUp(secrets, name);
      if (existing?.deletionAt !== undefined) {
        throw new ServiceError(
          'InvalidRequestException',
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      if (existing !== undefined) {
        // A client that got no response repeats its request, and gets the first result.
        if (value !== undefined && existing.versions.some(({ id }) => id === token)) {
          putVersion(existing, token, value, []);
          return { ARN: existing.arn, Name: name, VersionId: token };
        }
        throw new ServiceError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      }
      const at = Date.now();
      const secret: Secret = {
        name,
        arn: `${resource.slice(0, -'??????'.length)}${randomSuffix()}`,
        ...(Description === undefined ? {} : { description: Description }),
        tags,
        createdAt: at,
        changedAt: at,
        versions: [],
      };
      await saveLabels(secret, () => {
        if (value !== undefined) putVersion(secret, token, value, [current]);
        secrets.set(name, secret);
      });
      return { ARN: secret.arn, Name: name, ...(value === undefined ? {} : { VersionId: token }) };
    },
    PutSecretValue: async (input, caller) => {
      const { SecretId: id, VersionStages: stages = [current], ...parsed } = parseInput(inputs.PutSecretValue, input);
      allow('PutSecretValue', id, caller);
      const token = tokenOf(parsed.ClientRequestToken);
      const value = requestedValue(parsed);
      if (value === undefined) {
        throw new ServiceError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      }
      const secret = findUsableSecret(secrets, id);
      const version = await saveLabels(secret, () => putVersion(secret, token, value, stages));
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
    },
    UpdateSecret: async (input, caller) => {
      const { SecretId: id, Description, ...parsed } = parseInput(inputs.UpdateSecret, input);
      allow('UpdateSecret', id, caller);
      const value = requestedValue(parsed);
      const token = tokenOf(parsed.ClientRequestToken);
      const secret = findUsableSecret(secrets, id);
      await saveLabels(secret, () => {
        if (value !== undefined) putVersion(secret, token, value, [current]);
        if (Description === undefined) return;
        secret.description = Description;
        secret.changedAt = Date.now();
      });
      return { ARN: secret.arn, Name: secret.name, ...(value === undefined ? {} : { VersionId: token }) };
    },
    TagResource: async (input, caller) => {
      const { SecretId: id, Tags: tags } = parseInput(inputs.TagResource, input);
      allow('TagResource', id, caller);
      const secret = findUsableSecret(secrets, id);
      const replaced = new Set(tags.map(({ Key }) => Key));
      secret.tags = [...secret.tags.filter(({ Key }) => !replaced.has(Key)), ...tags];
      await save();
      return {};
    },
    UpdateSecretVersionStage: async (input, caller) => {
      const { SecretId: id, ...move } = parseInput(inputs.UpdateSecretVersionStage, input);
      allow('UpdateSecretVersionStage', id, caller, { 'secretsmanager:VersionStage': [move.VersionStage] });
      const secret = findUsableSecret(secrets, id);
      await saveLabels(secret, () =>
        relabel(secret, move.VersionStage, move.MoveToVersionId, move.RemoveFromVersionId),
      );
      return { ARN: secret.arn, Name: secret.name };
    },
    DeleteSecret: async (input, caller) => {
      const parsed = parseInput(inputs.DeleteSecret, input);
      const { SecretId: id, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = parsed;
      allow('DeleteSecret', id, caller, {
        ...(force === undefined ? {} : { 'secretsmanager:ForceDeleteWithoutRecovery': [String(force)] }),
      });
      checkWindow(days, force);
      if (force) {
        // A missing secret is no error, because AWS deletes asynchronously and does not check first.
        const secret = lookUp(secrets, id);
        const DeletionDate = Date.now() / 1000;
        if (secret === undefined) return { ARN: resourceOf(secrets, id, place), Name: id, DeletionDate };
        secrets.delete(secret.name);
        await save();
        return { ARN: secret.arn, Name: secret.name, DeletionDate };
      }
      const secret = findUsableSecret(secrets, id);
      secret.deletionAt = Date.now() + (days ?? 30) * dayMs;
      await save();
      return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletionAt / 1000 };
    },
    RestoreSecret: async (input, caller) => {
      const { SecretId: id } = parseInput(inputs.RestoreSecret, input);
      allow('RestoreSecret', id, caller);
      const secret = findSecret(secrets, id);
      delete secret.deletionAt;
      await save();
      return { ARN: secret.arn, Name: secret.name };
    },
  };
}

/** Requires the request's token, which becomes the version's id. The SDKs always send one. */
function tokenOf(given: string | undefined): string {
  if (given !== undefined) return given;
  throw new ServiceError(
    'InvalidRequestException',
    'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  );
}

function checkWindow(days: number | undefined, force: boolean | undefined): void {
  if (force && days !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    );
  }
  if (days !== undefined && (!Number.isInteger(days) || days < 7 || days > 30)) {
    throw new ServiceError(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    );
  }
}
