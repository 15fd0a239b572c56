import { ServiceError } from '../service.ts';
import type { Secret } from './state.ts';

/**
 * Finds a secret by name, by ARN, or by ARN without the six random characters. One whose recovery window has ended is
 * gone, and is removed here.
 * @throws ServiceError ResourceNotFoundException
 */
export function findSecret(secrets: Map<string, Secret>, secretId: string): Secret {
  const found = lookUp(secrets, secretId);
  if (found === undefined) {
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return found;
}

/** As `findSecret`, and not marked for deletion. @throws ServiceError also InvalidRequestException */
export function findUsableSecret(secrets: Map<string, Secret>, secretId: string): Secret {
  const secret = findSecret(secrets, secretId);
  if (secret.deletionAt === undefined) return secret;
  throw new ServiceError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

export function lookUp(secrets: Map<string, Secret>, secretId: string): Secret | undefined {
  for (const { name, deletionAt } of [...secrets.values()]) {
    if (deletionAt !== undefined && deletionAt <= Date.now()) secrets.delete(name);
  }
  const byName = secrets.get(secretId);
  if (byName !== undefined || !secretId.startsWith('arn:')) return byName;
  return [...secrets.values()].find(({ arn }) => arn === secretId || arn.slice(0, -'-123456'.length) === secretId);
}

/**
 * The ARN that a policy is asked about: the secret's own, or, while there is none of that name, the name's with a
 * question mark for each character that is not known yet, as the service documents it for CreateSecret.
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
