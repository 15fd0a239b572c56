import type { AssumeRole } from '../core/connections/credential-ports.ts';
import { type Diagnosis, diagnose } from '../core/diagnosis/diagnosis.ts';
import type {
  AccessKeyPair,
  AccountKey,
  AssumedRole,
  Credential,
  ServiceAccountKey,
} from '../core/storage/credential.ts';
import { withUser } from '../core/storage/parse-proxy.ts';
import type { Storage, StorageAnswer } from '../core/storage/storage.ts';
import type { AccountTarget } from '../core/storage/target.ts';
import { openAzureAccount, openAzureContainer } from './azure/azure-driver.ts';
import { type EgressOptions, guardedEgress } from './egress/egress.ts';
import { type EgressEnvironment, parseRules } from './egress/parse-rules.ts';
import { xmlListing } from './egress/response-meter.ts';
import { jsonListing, openGcsAccount, openGcsBucket } from './gcs/gcs-driver.ts';
import { openS3Account, openS3Bucket } from './s3/s3-driver.ts';

/** What a deployment may have besides its configuration. */
export interface StorageOptions extends EgressOptions {
  /** Leads from a customer's role to temporary credentials; without it, connections by a role are not served. */
  readonly assumeRole?: AssumeRole;
}

/**
 * The storages, reached under one deployment's egress rules. Starting takes no SDK: each driver loads its own when a
 * bucket is first opened with it.
 *
 * @throws Error naming the entry of the configuration that cannot be read
 */
export function storageFor(environment: EgressEnvironment, { assumeRole, ...options }: StorageOptions = {}): Storage {
  const egress = guardedEgress(parseRules(environment), options);
  return {
    async open(target, given, deadline) {
      const used = await usable(target, given, assumeRole);
      if (!used.ok) return used;
      const { driver, credential } = used.value;
      const proxy = proxyOf(target, given);
      switch (driver) {
        case 's3':
          return openS3Bucket(target, credential, egress.open(deadline, xmlListing, proxy));
        case 'gcs':
          return openGcsBucket(target, credential, egress.open(deadline, jsonListing, proxy));
        case 'azure':
          return openAzureContainer(target, credential, egress.open(deadline, xmlListing, proxy));
      }
    },
    async openAccount(target, given, deadline) {
      const used = await usable(target, given, assumeRole);
      if (!used.ok) return used;
      const { driver, credential } = used.value;
      const proxy = proxyOf(target, given);
      switch (driver) {
        case 's3':
          return openS3Account(target, credential, egress.open(deadline, xmlListing, proxy));
        case 'gcs':
          return openGcsAccount(target, credential, egress.open(deadline, jsonListing, proxy));
        case 'azure':
          return openAzureAccount(target, credential, egress.open(deadline, xmlListing, proxy));
      }
    },
    exposure: async (credential) =>
      credential.kind === 'assumed-role' ? opennessOf(credential, assumeRole) : undefined,
  };
}

/** The proxy's URL with its user, whose name and password are kept with the secret. */
const proxyOf = ({ proxy }: AccountTarget, { proxyUser }: Credential): string | undefined =>
  proxy === undefined ? undefined : withUser(proxy, proxyUser);

/** A driver and a credential it takes. */
type Used =
  | { readonly driver: 's3'; readonly credential: AccessKeyPair }
  | { readonly driver: 'gcs'; readonly credential: ServiceAccountKey }
  | { readonly driver: 'azure'; readonly credential: AccountKey };

/**
 * Finds the driver by provider and kind of credential; Google's HMAC keys speak S3. A role is assumed here.
 *
 * @throws Error when the credential is none for the provider: who parsed them let that pass
 */
async function usable(
  { provider }: AccountTarget,
  credential: Credential,
  assumeRole: AssumeRole | undefined,
): Promise<StorageAnswer<Used>> {
  switch (credential.kind) {
    case 'access-key-pair':
      if (provider !== 'azure') return { ok: true, value: { driver: 's3', credential } };
      break;
    case 'service-account-key':
      if (provider === 'gcs') return { ok: true, value: { driver: 'gcs', credential } };
      break;
    case 'account-key':
      if (provider === 'azure') return { ok: true, value: { driver: 'azure', credential } };
      break;
    case 'assumed-role':
      if (provider === 's3' && assumeRole) return byRole(credential, assumeRole);
      break;
  }
  throw new Error(`A ${credential.kind} is not a credential for ${provider} here.`);
}

async function byRole(role: AssumedRole, assumeRole: AssumeRole): Promise<StorageAnswer<Used>> {
  const assumed = await assumeRole(role, 'as trusted');
  return assumed.ok ? { ok: true, value: { driver: 's3', credential: assumed.value } } : assumed;
}

/** Tries the role as a stranger would: only that it is refused shows that the external id is asked for. */
async function opennessOf(role: AssumedRole, assumeRole: AssumeRole | undefined): Promise<Diagnosis | undefined> {
  if (!assumeRole) throw new Error('No role is assumed here.');
  const tried = await assumeRole(role, 'without external id');
  if (tried.ok) return diagnose('role-open');
  return tried.diagnosis.code === 'role-not-assumable' ? undefined : tried.diagnosis;
}
