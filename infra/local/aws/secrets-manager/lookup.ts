import { ServiceError } from '../service.ts';
import type { Secret } from './state.ts';

/**
 * Finds a secret by name, by ARN, or by ARN without the six random characters. Secrets whose recovery window has ended
 * are removed first.
 * @throws ServiceError ResourceNotFoundException
 */
export function findSecret(secrets: Map<string, Secret>, secretId: string): Secret {
  const found = lookUp(secrets, secretId);
  if (found === undefined) {
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return found;
}

/**
 * Finds a secret that is not marked for deletion.
 * @throws ServiceError ResourceNotFoundException, InvalidRequestException
 */
export function findUsableSecret(secrets: Map<string, Secret>, secretId: string): Secret {
  const secret = findSecret(secrets, secretId);
  if (secret.deletionAt === undefined) return secret;
  throw new ServiceError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

/** Finds a secret like `findSecret`; undefined when there is none. */
export function lookUp(secrets: Map<string, Secret>, secretId: string): Secret | undefined {
  for (const { name, deletionAt } of [...secrets.values()]) {
    if (deletionAt !== undefined && deletionAt <= Date.now()) secrets.delete(name);
  }
  const byName = secrets.get(secretId);
  if (byName !== undefined || !secretId.startsWith('arn:')) return byName;
  return [...secrets.values()].find(({ arn }) => arn === secretId || arn.slice(0, -'-123456'.length) === secretId);
}

/**
 * Gives the ARN that policies are evaluated for. For a missing secret it ends in a question mark for each random
 * character, as AWS documents it for CreateSecret.
 */
export function resourceOf(
  secrets: Map<string, Secret>,
  secretId: string,
  place: { account: string; region: string },
): string {
  const found = lookUp(secrets, secretId)?.arn;
  if (found !== undefined) return found;
  if (secretId.startsWith('arn:')) return secretId;
  return `arn:aws:secretsmanager:${place.region}:${place.account}:secret:${secretId}-??????`;
}
