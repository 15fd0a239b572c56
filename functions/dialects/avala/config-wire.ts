import type { Connection } from '../../core/records/connection.ts';
import { effectiveVerification } from '../../core/records/effective-status.ts';
import type { Verification } from '../../core/records/verdict.ts';
import { isAccelerated } from '../../core/storage/aws-endpoints.ts';
import type { Credential } from '../../core/storage/credential.ts';
import { type WireProvider, wireProvider } from './names.ts';

/** A config as the document has it, and `s3_auth_method`, which its clients read too (dialects/README.md). */
export interface Config {
  readonly uid: string;
  readonly name: string;
  readonly provider: WireProvider;
  readonly s3_bucket_name: string | null;
  readonly s3_bucket_region: string | null;
  readonly s3_bucket_prefix: string | null;
  /** Never null, whatever the provider: clients insist on a boolean. */
  readonly s3_is_accelerated: boolean;
  readonly s3_auth_method: AuthMethod | null;
  readonly gc_storage_bucket_name: string | null;
  readonly gc_storage_prefix: string | null;
  readonly is_verified: boolean;
  readonly last_verified_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** How Amazon is told who is asking. */
export const authMethods = ['access_key', 'iam_role'] as const;
type AuthMethod = (typeof authMethods)[number];

/**
 * A connection as this API shows it; nothing for one that it does not know: of another provider, or to an account.
 *
 * @param now epoch milliseconds
 */
export function toConfig(connection: Connection, now: number): Config | undefined {
  const { uid, name, target, credential, createdAt, updatedAt } = connection;
  const provider = wireProvider(target);
  if (provider === undefined || target.bucket === undefined) return undefined;
  const verification = effectiveVerification(connection, now);
  const verifiedAt = lastVerified(verification);
  const [s3, gc] = provider === 'aws_s3' ? [target, undefined] : [undefined, target];
  return {
    ...{ uid, name, provider },
    s3_bucket_name: s3?.bucket ?? null,
    s3_bucket_region: s3?.region ?? null,
    s3_bucket_prefix: s3?.prefix || null,
    s3_is_accelerated: s3 !== undefined && isAccelerated(s3),
    s3_auth_method: s3 ? authMethodOf(credential.kind) : null,
    gc_storage_bucket_name: gc?.bucket ?? null,
    gc_storage_prefix: gc?.prefix || null,
    is_verified: verification.status === 'connected',
    last_verified_at: verifiedAt === undefined ? null : isoTime(verifiedAt),
    created_at: isoTime(createdAt),
    updated_at: isoTime(updatedAt),
  };
}

const authMethodOf = (kind: Credential['kind']): AuthMethod => (kind === 'assumed-role' ? 'iam_role' : 'access_key');

const lastVerified = (verification: Verification): number | undefined =>
  'verifiedAt' in verification ? verification.verifiedAt : undefined;

const isoTime = (at: number): string => new Date(at).toISOString();
