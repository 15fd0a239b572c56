import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Field } from '../../core/diagnosis/field.ts';
import { isAmazon } from '../../core/storage/aws-endpoints.ts';
import type { AccountTarget, Provider } from '../../core/storage/target.ts';

/** The document's `StorageProvider`, and what each stands for. `other` is any S3-compatible storage. */
export const providers = {
  s3: 's3',
  google: 'gcs',
  azure: 'azure',
  other: 's3',
} as const satisfies Record<string, Provider>;

export type WireProvider = keyof typeof providers;

/** What this API calls a connection's provider (dialects/README.md). */
export function wireProvider(target: AccountTarget): WireProvider {
  switch (target.provider) {
    case 's3':
      return isAmazon(target) ? 's3' : 'other';
    case 'gcs':
      return 'google';
    case 'azure':
      return 'azure';
  }
}

/** The names this API gives to the parts of a connection. */
const wireNames = {
  provider: 'storageProvider',
  endpoint: 'endpoint',
  region: 'region',
  bucket: 'bucket',
  prefix: 'prefix',
  // This API has no proxies, so no fault of one can be reported through it.
  proxy: 'endpoint',
  accessKey: 'accessKey',
  secretKey: 'secretKey',
} as const satisfies Record<Field, string>;

export const wireName = (field: Field): string => wireNames[field];

/** Words a diagnosis: the field at fault under this API's name, what is wrong, what to do. */
export const wordDiagnosis = ({ field, sentence, remedy }: Diagnosis): string =>
  `${field ? `${wireName(field)}: ` : ''}${sentence} ${remedy}`;
