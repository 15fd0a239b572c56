import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Field } from '../../core/diagnosis/field.ts';
import type { SavedTarget } from '../../core/records/connection.ts';
import { isAccelerated, isAmazon } from '../../core/storage/aws-endpoints.ts';
import type { Credential } from '../../core/storage/credential.ts';
import type { AccountTarget, Provider } from '../../core/storage/target.ts';

/** The document's "Supported Providers", and what each stands for. */
export const providers = { aws_s3: 's3', gc_storage: 'gcs' } as const satisfies Record<string, Provider>;
export type WireProvider = keyof typeof providers;

/** What this API calls a connection's provider; nothing for one that it does not know (dialects/README.md). */
export function wireProvider(target: AccountTarget): WireProvider | undefined {
  if (target.provider === 'gcs') return 'gc_storage';
  return isAmazon(target) ? 'aws_s3' : undefined;
}

/** How a config proves who is asking, as far as its fields have a name for it. */
type Proof = Credential['kind'];

/** Where a message goes that is about no field of the request. */
export const noField = 'non_field_errors';

/** What this API calls the parts of a connection of one provider. */
export function wireName(provider: WireProvider, proof: Proof): (field: Field) => string {
  const names = provider === 'gc_storage' ? gcNames(proof) : s3Names(proof);
  return (field) => names[field];
}

const s3Names = (proof: Proof): Readonly<Record<Field, string>> => ({
  provider: 'provider',
  // The endpoint is made here, and nobody who calls this API can change it.
  endpoint: noField,
  region: 's3_bucket_region',
  bucket: 's3_bucket_name',
  prefix: 's3_bucket_prefix',
  proxy: noField,
  accessKey: proof === 'assumed-role' ? 's3_role_arn' : 's3_access_key_id',
  secretKey: proof === 'assumed-role' ? 's3_role_arn' : 's3_secret_access_key',
});

const gcNames = (proof: Proof): Readonly<Record<Field, string>> => {
  // A connection by HMAC key was made through another API; this one has no field for it.
  const credential = proof === 'service-account-key' ? 'gc_storage_auth_json_content' : noField;
  return {
    provider: 'provider',
    endpoint: noField,
    region: noField,
    bucket: 'gc_storage_bucket_name',
    prefix: 'gc_storage_prefix',
    proxy: noField,
    accessKey: credential,
    secretKey: credential,
  };
};

/** The field that a diagnosis is about, of a config at this place. */
export function fieldAtFault({ code, field }: Diagnosis, target: SavedTarget, proof: Proof): string {
  const provider = wireProvider(target);
  if (!field || !provider) return noField;
  if (code === 'acceleration-off' && isAccelerated(target)) return 's3_is_accelerated';
  // The host's name is made of the region.
  if (code === 'host-not-found' && provider === 'aws_s3') return wireName(provider, proof)('region');
  // Where no prefix was given it is the bucket that may not be listed; the document says it there, too.
  return wireName(provider, proof)(field === 'prefix' && target.prefix === '' ? 'bucket' : field);
}

/** What is wrong and what to do, in one message. */
export const wordDiagnosis = ({ sentence, remedy }: Diagnosis): string => `${sentence} ${remedy}`;
