import { isIP } from 'node:net';
import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';

export type AzureService =
  | { readonly ok: true; readonly url: string }
  | {
      readonly ok: false;
      readonly code: Extract<DiagnosisCode, 'endpoint-not-an-account' | 'endpoint-of-another-account'>;
    };

/** Domains of Azure's clouds (public, China, US government), below which accounts have their hosts. */
const clouds: readonly string[] = ['core.windows.net', 'core.chinacloudapi.cn', 'core.usgovcloudapi.net'];

/** `account.z13.blob.storage.azure.net`: accounts with a DNS zone endpoint. */
const zoned = /^(?<label>[a-z0-9-]+)\.(?<zone>z[0-9]+)\.(?:blob|dfs)\.storage\.azure\.net$/;

/** What follows the account in the hosts of its replica and of other address families. */
const variants = /-(?:secondary|secondary-ipv6|secondary-dualstack|ipv6|dualstack)$/;

/** Azurite's port for blobs. At it, a host name does not say which account is meant. */
const emulatorPort = '10000';

/**
 * The address of an account's blob service, out of what people enter as the endpoint: that address, a cloud's domain
 * without an account, the account's Data Lake or private link name, an emulator with or without the account, a custom
 * domain; each also with the container appended, as it is copied from a blob's properties. Only what the caller
 * entered goes into it.
 *
 * @param bucket the container that may be appended; nothing may for an account's own connection
 * @returns the URL without a trailing slash; it is also the form that Azure's own tools take
 */
export function azureService(endpoint: string, bucket: string | undefined, account: string): AzureService {
  const url = new URL(endpoint);
  const cloud = clouds.find((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
  const zone = zoned.exec(url.hostname)?.groups;
  const path = url.pathname.split('/').filter((segment) => segment !== '');
  const extra = bucket !== undefined && path.at(-1) === bucket ? path.slice(0, -1) : path;

  if (cloud) return atHost(cloudHost(url.hostname.slice(0, -cloud.length), account), `blob.${cloud}`, url, extra);
  if (zone) {
    const { label = '', zone: name = '' } = zone;
    return atHost(ownLabel(label, account), `${name}.blob.storage.azure.net`, url, extra);
  }
  return namesNoAccount(url) ? inPath(url, path, account, bucket) : atCustomDomain(url, extra, account);
}

/** The first label of an account's host, which may name its replica, if it is this account's. */
const ownLabel = (label: string, account: string): string | undefined =>
  label.replace(variants, '') === account ? label : undefined;

/**
 * The label of the account in what stands before a cloud's domain; `undefined` for another account's, and empty for
 * what is not an account's blob service at all. A private link's own name has no certificate, the account's has.
 */
function cloudHost(before: string, account: string): string | undefined {
  if (/^(?:blob\.|dfs\.)?$/.test(before)) return account;
  const label = /^(?<label>[a-z0-9-]+)\.(?:(?:privatelink\.)?(?:blob|dfs)\.)?$/.exec(before)?.groups?.['label'];
  return label === undefined ? '' : ownLabel(label, account);
}

function atHost(label: string | undefined, domain: string, url: URL, extra: readonly string[]): AzureService {
  if (label === '' || extra.length > 0) return { ok: false, code: 'endpoint-not-an-account' };
  if (label === undefined) return { ok: false, code: 'endpoint-of-another-account' };
  const port = url.port === '' ? '' : `:${url.port}`;
  return { ok: true, url: `${url.protocol}//${label}.${domain}${port}` };
}

/** Addresses, single labels and the emulator's port: there the account is the first segment of the path. */
const namesNoAccount = ({ hostname, port }: URL): boolean =>
  hostname.startsWith('[') || isIP(hostname) !== 0 || !hostname.includes('.') || port === emulatorPort;

function inPath(url: URL, path: readonly string[], account: string, bucket: string | undefined): AzureService {
  const [first, second] = path;
  const isAccountLeftOut = first === undefined || (path.length === 1 && first === bucket);
  if (isAccountLeftOut || first === account) {
    const rest = first === account ? path.slice(1) : [];
    if (rest.length > 1 || (rest.length === 1 && rest[0] !== bucket))
      return { ok: false, code: 'endpoint-not-an-account' };
    return { ok: true, url: `${url.origin}/${account}` };
  }
  const namesAnother = path.length === 1 || (path.length === 2 && second === bucket);
  return { ok: false, code: namesAnother ? 'endpoint-of-another-account' : 'endpoint-not-an-account' };
}

/** A custom domain leads to one account; a gateway may still want the account in the path. */
function atCustomDomain(url: URL, extra: readonly string[], account: string): AzureService {
  if (extra.length === 0) return { ok: true, url: url.origin };
  if (extra.length === 1 && extra[0] === account) return { ok: true, url: `${url.origin}/${account}` };
  return { ok: false, code: 'endpoint-not-an-account' };
}

/** Whether a name that cannot be resolved is that of an account, which may be new or misspelt. */
export const isAccountHost = (serviceUrl: string): boolean =>
  /\.blob\.(?:core\.|storage\.azure\.net$)/.test(new URL(serviceUrl).hostname);

/** "Storage account name", Azure resource naming rules. */
export const isAccountName = (name: string): boolean => /^[a-z0-9]{3,24}$/.test(name);

/** An account key is 64 bytes in base64; the emulator takes other lengths. */
export const isAccountKey = (key: string): boolean => key.length % 4 === 0 && /^[A-Za-z0-9+/]{4,}={0,2}$/.test(key);

/** "Naming and referencing containers", with the containers that Azure itself makes. */
export const isContainerName = (name: string): boolean =>
  /^(?:\$root|\$web|\$logs|\$blobchangefeed)$/.test(name) ||
  (/^[a-z0-9](?:-?[a-z0-9])*$/.test(name) && name.length >= 3 && name.length <= 63);
