import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Field } from '../../core/diagnosis/field.ts';
import { vendorOf } from '../../core/storage/provider-hosts.ts';
import { type S3Vendor, s3VendorNames, s3Vendors } from '../../core/storage/s3-vendors.ts';
import type { AccountTarget } from '../../core/storage/target.ts';

/** Whose storage a connector is for. */
export type Storage =
  | { readonly provider: 's3'; readonly vendor: S3Vendor }
  | { readonly provider: 'gcs' }
  | { readonly provider: 'azure' };

const azure = 'azure';

/** The document's `provider`, and what each stands for. Google's HMAC keys and service accounts are one provider. */
const storages: ReadonlyMap<string, Storage> = new Map<string, Storage>([
  ...s3VendorNames.map((vendor): readonly [string, Storage] => [
    s3Vendors[vendor].nodeum,
    vendor === 'google' ? { provider: 'gcs' } : { provider: 's3', vendor },
  ]),
  [azure, { provider: 'azure' }],
]);

export const wireProviders: readonly string[] = [...storages.keys()];

export const storageNamed = (provider: string): Storage | undefined => storages.get(provider);

/** What this API calls a connection's provider (dialects/README.md). */
export function wireProvider(target: AccountTarget): string {
  switch (target.provider) {
    case 's3':
      return s3Vendors[vendorOf(target)].nodeum;
    case 'gcs':
      return s3Vendors.google.nodeum;
    case 'azure':
      return azure;
  }
}

/** The parts of a connector that can be at fault. */
export type ConnectorField = Field | 'name' | 'options';

const wireNames = {
  name: 'name',
  provider: 'provider',
  endpoint: 'url',
  region: 'region',
  // A connector has neither: what may be wrong with them is told of where it points.
  bucket: 'url',
  prefix: 'url',
  proxy: 'url_proxy',
  accessKey: 'access_key',
  secretKey: 'secret_key',
  options: 'options',
} as const satisfies Record<ConnectorField, string>;

/** The name this API gives to a part of a connection. */
export const wireName = (field: ConnectorField): string => wireNames[field];

/** Words a diagnosis: the field at fault under this API's name, what is wrong, what to do. */
export const wordDiagnosis = ({ field, sentence, remedy }: Diagnosis): string =>
  `${field ? `${wireName(field)}: ` : ''}${sentence} ${remedy}`;
