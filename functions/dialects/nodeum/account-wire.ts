import type { AssumedRole, Credential } from '../../core/storage/credential.ts';
import { parseAssumedRole } from '../../core/storage/parse-assumed-role.ts';
import { parseProxy } from '../../core/storage/parse-proxy.ts';
import { parsePublicEndpoint } from '../../core/storage/parse-public-endpoint.ts';
import { parseAccountTarget, parseCredential } from '../../core/storage/parse-target.ts';
import { belongsToAnotherProvider } from '../../core/storage/provider-hosts.ts';
import type { AccountTarget } from '../../core/storage/target.ts';
import { type Fault, faultsOf, type Parsed } from '../../core/validation/result.ts';
import type { ConnectorBody } from './connector-shape.ts';
import { type Storage, storageNamed, wireProviders } from './names.ts';

/** An account and what opens it. */
export interface Account {
  readonly target: AccountTarget;
  readonly credential: Credential;
}

/**
 * Reads the account that a connector is for. Required are provider, access key, secret key, and the URL where the
 * vendor has no public endpoint (dialects/README.md).
 *
 * @param externalId the organization's, for a role
 * @returns the account, or all faults found
 */
export function parseAccount(sent: ConnectorBody, externalId: string): Parsed<Account> {
  const storage = parseProvider(sent.provider ?? '');
  if (!storage.ok) return { ok: false, faults: [...storage.faults, ...blankKeys(sent)] };
  const url = parseUrl(storage.value, sent.url ?? '', sent.region ?? '');
  const proxy = parseUrlProxy(sent.url_proxy ?? '');
  const target = parseTargetAt(storage.value, url, { region: sent.region ?? '', proxy });
  const keys = { accessKey: sent.access_key ?? '', secretKey: sent.secret_key ?? '' };
  const credential = isRole(storage.value, keys.accessKey)
    ? parseRole(keys, externalId)
    : parseCredential(storage.value.provider, keys);
  if (!target.ok || !proxy.ok || !credential.ok) return { ok: false, faults: faultsOf(target, credential) };
  const { user } = proxy.value;
  return {
    ok: true,
    value: {
      target: target.value,
      credential: { ...credential.value, ...(user !== undefined && { proxyUser: user }) },
    },
  };
}

const blank = (field: 'provider' | 'accessKey' | 'secretKey'): Fault => ({
  field,
  code: 'blank',
  message: "can't be blank",
});

/** Where the provider does not tell what else there should be, a key and a secret are missed all the same. */
const blankKeys = ({ access_key, secret_key }: ConnectorBody): readonly Fault[] => [
  ...(access_key ? [] : [blank('accessKey')]),
  ...(secret_key ? [] : [blank('secretKey')]),
];

/** Reads the document's `provider`. */
export function parseProvider(text: string): Parsed<Storage> {
  const storage = storageNamed(text);
  if (storage) return { ok: true, value: storage };
  if (text === '') return { ok: false, faults: [blank('provider')] };
  const message = `must be one of: ${wireProviders.join(', ')}`;
  return { ok: false, faults: [{ field: 'provider', code: 'invalid', message }] };
}

/** The endpoint: as it was sent, else the vendor's own in the region. */
export function parseUrl(storage: Storage, url: string, region: string): Parsed<string> {
  if (url !== '') return { ok: true, value: url };
  switch (storage.provider) {
    case 's3':
      return parsePublicEndpoint(storage.vendor, region);
    case 'gcs':
      return parsePublicEndpoint('google', undefined);
    case 'azure': {
      const message = "can't be blank: it is the address of the account's blob service";
      return { ok: false, faults: [{ field: 'endpoint', code: 'blank', message }] };
    }
  }
}

/** A proxy taken apart, if there is one. */
interface Through {
  readonly proxy?: string;
  readonly user?: string;
}

/** Takes a proxy apart; empty where there is none. A bare host stands for http, as with most programs' proxies. */
export function parseUrlProxy(text: string): Parsed<Through, 'proxy'> {
  if (text === '') return { ok: true, value: {} };
  return parseProxy(text.includes('/') ? text : `http://${text}`);
}

/** Puts the parts of a target together, each of which may be at fault by itself. */
export function parseTargetAt(
  storage: Storage,
  url: Parsed<string>,
  { region, proxy }: { readonly region: string; readonly proxy: Parsed<Through, 'proxy'> },
): Parsed<AccountTarget> {
  // What is wrong with the rest is told along with a URL that is missing.
  const endpoint = url.ok ? url.value : 'https://any.example';
  const target = parseAccountTarget({ ...storage, endpoint, region, proxy: proxy.ok ? proxy.value.proxy : undefined });
  const faults = faultsOf(url, target, proxy).filter(isFirstOfItsField);
  if (!target.ok || faults.length > 0) return { ok: false, faults };
  if (!belongsToAnotherProvider(target.value)) return target;
  return { ok: false, faults: [{ field: 'endpoint', code: 'invalid', message: 'is the address of another provider' }] };
}

const isFirstOfItsField = ({ field }: Fault, index: number, faults: readonly Fault[]): boolean =>
  faults.findIndex((other) => other.field === field) === index;

/** At Amazon a role stands in the place of an access key, and has no secret (dialects/README.md). */
export const isRole = (storage: Storage, accessKey: string): boolean =>
  storage.provider === 's3' && storage.vendor === 'amazon' && accessKey.startsWith('arn:');

/** Reads a role. */
export function parseRole(
  { accessKey, secretKey }: { readonly accessKey: string; readonly secretKey: string },
  externalId: string,
): Parsed<AssumedRole> {
  const role = parseAssumedRole(accessKey, externalId);
  if (secretKey === '') return role;
  const message = 'must be left out: a role has none';
  return { ok: false, faults: [...faultsOf(role), { field: 'secretKey', code: 'invalid', message }] };
}
