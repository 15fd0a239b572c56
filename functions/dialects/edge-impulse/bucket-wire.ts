import * as z from 'zod/mini';
import type { NewConnection } from '../../core/connections/add-connection.ts';
import type { ConnectionChanges } from '../../core/connections/update-connection.ts';
import type { Connection } from '../../core/records/connection.ts';
import { effectiveVerification } from '../../core/records/effective-status.ts';
import { parseCredential, parseTarget } from '../../core/storage/parse-target.ts';
import { both } from '../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../http/body/unwrap-result.ts';
import { parseBody } from '../../http/body/validate-shape.ts';
import { Refused } from '../../http/problem.ts';
import { providers, wireName, wireProvider } from './names.ts';

/** The client's call `add` (dialects/README.md); the region may be empty where a storage has none. */
const addRequest = z.object({
  storageProvider: z.nullish(z.enum(['s3', 'google', 'azure', 'other'])),
  accessKey: z.string(),
  secretKey: z.string(),
  endpoint: z.string(),
  bucket: z.string(),
  region: z.string(),
  checkConnectivityPrefix: z.nullish(z.string()),
});

/** @throws Refused for everything that is wrong with it, all at once */
export function fromAddRequest(body: unknown): Omit<NewConnection, 'organizationId' | 'ask'> {
  const { storageProvider, accessKey, secretKey, checkConnectivityPrefix, ...place } = parseBody(addRequest, body);
  const provider = providers[storageProvider ?? 's3'];
  const target = parseTarget({ ...place, provider, prefix: checkConnectivityPrefix ?? undefined });
  const [parsedTarget, credential] = unwrapOrRefuse(
    both(target, parseCredential(provider, { accessKey, secretKey })),
    bucketWireName,
  );
  // This API's documents never return a secret, so none made through it ever is.
  return { target: parsedTarget, credential, revealable: false };
}

const updateRequest = z.object({
  accessKey: z.nullish(z.string()),
  secretKey: z.nullish(z.string()),
  endpoint: z.nullish(z.string()),
  bucket: z.nullish(z.string()),
  region: z.nullish(z.string()),
  checkConnectivityPrefix: z.nullish(z.string()),
  storageAccountName: z.nullish(z.string()),
});

/** What is null was left out. Azure's account has two names here; the one that says so wins. */
export function fromUpdateRequest(body: unknown): ConnectionChanges {
  const request = parseBody(updateRequest, body);
  const accessKey = request.storageAccountName ?? request.accessKey;
  return {
    ...(typeof request.endpoint === 'string' && { endpoint: request.endpoint }),
    ...(typeof request.region === 'string' && { region: request.region }),
    ...(typeof request.bucket === 'string' && { bucket: request.bucket }),
    ...(typeof request.checkConnectivityPrefix === 'string' && { prefix: request.checkConnectivityPrefix }),
    ...(typeof accessKey === 'string' && { accessKey }),
    ...(typeof request.secretKey === 'string' && { secretKey: request.secretKey }),
  };
}

/** The client's call `verify existing`. */
const verifyExistingRequest = z.object({ prefix: z.string() });

/** The prefix to verify under. */
export function fromVerifyExistingRequest(body: unknown): string {
  const { prefix } = parseBody(verifyExistingRequest, body);
  const place = { provider: 's3', endpoint: 'https://any.example', bucket: 'any', prefix } as const;
  return unwrapOrRefuse(parseTarget(place), wireName).prefix;
}

/** The number in a path. @throws Refused `not-found` for what cannot be one */
export function bucketIdIn(path: Readonly<Record<string, string>>): number {
  const text = path['bucketId'] ?? '';
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw new Refused({ kind: 'not-found' });
  return Number(text);
}

/** A bucket as the client reads it (dialects/README.md). A connection to a whole account is none: nothing. */
export function toBucket(connection: Connection, now: number) {
  const { id, target, credential } = connection;
  if (target.bucket === undefined) return undefined;
  return {
    id,
    accessKey: credential.accessKey,
    endpoint: target.endpoint,
    bucket: target.bucket,
    region: target.region ?? '',
    connected: effectiveVerification(connection, now).status === 'connected',
    storageProvider: wireProvider(target),
    ...(target.prefix !== '' && { checkConnectivityPrefix: target.prefix }),
    ...(target.provider === 'azure' && { storageAccountName: credential.accessKey }),
  };
}

/** As `wireName`, but saved buckets have another word for the prefix. */
export const bucketWireName: typeof wireName = (field) =>
  field === 'prefix' ? 'checkConnectivityPrefix' : wireName(field);
