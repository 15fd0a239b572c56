import { ServiceError } from '../service.ts';
import type { Secret, SecretVersion } from './state.ts';

export const current = 'AWSCURRENT';
const previous = 'AWSPREVIOUS';

/** Beyond this many versions, the oldest ones without a label are deleted. */
const maxVersions = 100;

/** 64 KiB: the bytes of the text, or of the decoded binary. */
const maxValueBytes = 65_536;

/** A secret's value: text, or base64. */
export interface SecretValue {
  readonly string?: string;
  readonly binary?: string;
}

/**
 * Reads the value of a request; undefined when it has none.
 * @throws ServiceError InvalidParameterException for both kinds at once, ValidationException for an empty or too large
 *   value
 */
export function requestedValue(input: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}): SecretValue | undefined {
  const { SecretString: string, SecretBinary: binary } = input;
  if (string !== undefined && binary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (string === undefined && binary === undefined) return undefined;
  const bytes = string === undefined ? Buffer.from(binary ?? '', 'base64').length : Buffer.byteLength(string);
  if (bytes < 1 || bytes > maxValueBytes) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: The secret value has ${bytes} bytes, and must have 1 to ${maxValueBytes}.`,
    );
  }
  return string === undefined ? { binary: binary ?? '' } : { string };
}

/**
 * Adds a version, or finds it when the same token has created it with the same value. A version's id is the token that
 * created it.
 * @param stages labels to move to it; AWSPREVIOUS follows AWSCURRENT automatically
 * @throws ServiceError ResourceExistsException when the token has created a version with another value
 */
export function putVersion(
  secret: Secret,
  token: string,
  value: SecretValue,
  stages: readonly string[],
): SecretVersion {
  const earlier = secret.versions.find(({ id }) => id === token);
  if (earlier !== undefined) {
    if (earlier.string === value.string && earlier.binary === value.binary) return earlier;
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const version: SecretVersion = { id: token, stages: [], createdAt: Date.now(), ...value };
  secret.versions.push(version);
  // The first version of a secret is its current one, whatever labels were requested.
  const isFirst = !secret.versions.some((existing) => existing.stages.includes(current));
  for (const stage of new Set(isFirst ? [...stages, current] : stages)) moveStage(secret, stage, version);
  secret.changedAt = Date.now();
  deleteDeprecated(secret);
  return version;
}

function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  const from = secret.versions.find(({ stages }) => stages.includes(stage));
  if (from === to) return;
  if (from !== undefined) {
    from.stages = from.stages.filter((label) => label !== stage);
    if (stage === current) moveStage(secret, previous, from);
  }
  to.stages.push(stage);
}

/**
 * Moves a label as UpdateSecretVersionStage does. The request has to name the version that has the label.
 * @throws ServiceError InvalidParameterException when another version has it, or AWSCURRENT would have no version;
 *   ResourceNotFoundException when there is no such version
 */
export function relabel(secret: Secret, stage: string, to: string | undefined, from: string | undefined): void {
  const holder = secret.versions.find(({ stages }) => stages.includes(stage));
  if (holder !== undefined && holder.id !== to && holder.id !== from) {
    throw new ServiceError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId must be the version that staging label ${stage} is attached to.`,
    );
  }
  if (to !== undefined) {
    moveStage(secret, stage, findVersion(secret, to, undefined));
    return;
  }
  if (stage === current) {
    throw new ServiceError(
      'InvalidParameterException',
      'You can only move staging label AWSCURRENT to another version.',
    );
  }
  if (holder !== undefined) holder.stages = holder.stages.filter((label) => label !== stage);
}

function deleteDeprecated(secret: Secret): void {
  const excess = secret.versions.length - maxVersions;
  const oldest = secret.versions.filter(({ stages }) => stages.length === 0).slice(0, Math.max(excess, 0));
  secret.versions = secret.versions.filter((version) => !oldest.includes(version));
}

/**
 * Finds a version by id, by label, or by both when they agree; AWSCURRENT by default.
 * @throws ServiceError ResourceNotFoundException, or InvalidRequestException when id and label disagree
 */
export function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  if (id === undefined) {
    const label = stage ?? current;
    return requireVersion(
      secret.versions.find(({ stages }) => stages.includes(label)),
      `staging label: ${label}`,
    );
  }
  const version = requireVersion(
    secret.versions.find((candidate) => candidate.id === id),
    `VersionId: ${id}`,
  );
  if (stage === undefined || version.stages.includes(stage)) return version;
  throw new ServiceError(
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  );
}

function requireVersion(version: SecretVersion | undefined, description: string): SecretVersion {
  if (version !== undefined) return version;
  throw new ServiceError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${description}`,
  );
}
