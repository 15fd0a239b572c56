import { type Caller, type Operation, parseInput, ServiceError } from '../service.ts';
import { inputs } from './inputs.ts';
import { listOperation } from './list.ts';
import { findSecret, findUsableSecret, resourceOf } from './lookup.ts';
import { pageOf } from './page.ts';
import type { Secret } from './state.ts';
import { findVersion } from './versions.ts';

/** Creates the operations that read. Their responses have dates in seconds. */
export function readOperations(
  secrets: Map<string, Secret>,
  place: { account: string; region: string },
): Readonly<Record<string, Operation>> {
  const allow = (action: string, secretId: string, caller: Caller, keys: Record<string, readonly string[]> = {}) =>
    caller.require(`secretsmanager:${action}`, resourceOf(secrets, secretId, place), {
      'secretsmanager:SecretId': [secretId],
      ...keys,
    });

  const read = (secretId: string, versionId?: string, stage?: string) => {
    const secret = findUsableSecret(secrets, secretId);
    const version = findVersion(secret, versionId, stage);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      VersionStages: version.stages,
      CreatedDate: version.createdAt / 1000,
      ...(version.string === undefined ? { SecretBinary: version.binary } : { SecretString: version.string }),
    };
  };

  return {
    GetSecretValue: async (input, caller) => {
      const { SecretId: id, VersionId: versionId, VersionStage: stage } = parseInput(inputs.GetSecretValue, input);
      allow('GetSecretValue', id, caller, {
        ...(versionId === undefined ? {} : { 'secretsmanager:VersionId': [versionId] }),
        ...(stage === undefined ? {} : { 'secretsmanager:VersionStage': [stage] }),
      });
      return read(id, versionId, stage);
    },
    // It needs its own action on `*`, and GetSecretValue on each secret. A secret that fails is listed among the
    // errors.
    BatchGetSecretValue: async (input, caller) => {
      const { SecretIdList: ids, ...paging } = parseInput(inputs.BatchGetSecretValue, input);
      caller.require('secretsmanager:BatchGetSecretValue', '*');
      const { entries, NextToken } = pageOf(ids, paging);
      const SecretValues: unknown[] = [];
      const Errors: unknown[] = [];
      for (const id of entries) {
        try {
          allow('GetSecretValue', id, caller);
          SecretValues.push(read(id));
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
        }
      }
      return { SecretValues, Errors, NextToken };
    },
    DescribeSecret: async (input, caller) => {
      const { SecretId: id } = parseInput(inputs.DescribeSecret, input);
      allow('DescribeSecret', id, caller);
      const secret = findSecret(secrets, id);
      const labelled = secret.versions.filter(({ stages }) => stages.length > 0);
      return {
        ARN: secret.arn,
        Name: secret.name,
        Description: secret.description,
        CreatedDate: secret.createdAt / 1000,
        LastChangedDate: secret.changedAt / 1000,
        ...(secret.deletionAt === undefined ? {} : { DeletedDate: secret.deletionAt / 1000 }),
        ...(secret.tags.length === 0 ? {} : { Tags: secret.tags }),
        ...(labelled.length === 0
          ? {}
          : { VersionIdsToStages: Object.fromEntries(labelled.map((version) => [version.id, version.stages])) }),
      };
    },
    ListSecrets: listOperation(secrets),
    ListSecretVersionIds: async (input, caller) => {
      const parsed = parseInput(inputs.ListSecretVersionIds, input);
      const { SecretId: id, IncludeDeprecated: deprecated = false, ...paging } = parsed;
      allow('ListSecretVersionIds', id, caller);
      const secret = findUsableSecret(secrets, id);
      const listed = secret.versions.filter(({ stages }) => deprecated || stages.length > 0);
      const { entries, NextToken } = pageOf(listed, paging);
      const Versions = entries.map((version) => ({
        VersionId: version.id,
        CreatedDate: version.createdAt / 1000,
        ...(version.stages.length === 0 ? {} : { VersionStages: version.stages }),
      }));
      return { ARN: secret.arn, Name: secret.name, Versions, NextToken };
    },
  };
}
