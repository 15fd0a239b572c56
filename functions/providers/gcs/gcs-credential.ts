import { createPrivateKey, type KeyObject } from 'node:crypto';

/** The hosts of Google's own that serve the API: the public one, and those for networks without the internet. */
const hosts: ReadonlySet<string> = new Set([
  'storage.googleapis.com',
  'private.googleapis.com',
  'restricted.googleapis.com',
]);

/**
 * The host of an endpoint, if a token may be sent there: a token is worth all of the account's buckets, so it goes to
 * Google by https at the usual port, whatever a caller says.
 */
export function gcsHost(endpoint: string): string | undefined {
  const { protocol, host } = new URL(endpoint);
  return protocol === 'https:' && hosts.has(host) ? host : undefined;
}

/** Reads a private key in PEM; nothing when it is none, or not of the kind that Google issues. */
export function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The project a service account was made in, as its address says it: `name@project.iam.gserviceaccount.com`,
 * `name@project.example.com.iam.gserviceaccount.com` for a project of a domain, `project@appspot.gserviceaccount.com`,
 * and by its number `number-compute@developer.gserviceaccount.com` ("Types of service accounts"). What a key file
 * claims beside that is not looked at.
 */
export function projectOf(clientEmail: string): string | undefined {
  const [name = '', domain = ''] = clientEmail.split('@');
  const made = /^(?<project>[a-z][a-z0-9-]*)(?:\.(?<of>[a-z0-9.-]+))?\.iam\.gserviceaccount\.com$/.exec(domain)?.groups;
  if (made) return made['of'] === undefined ? made['project'] : `${made['of']}:${made['project']}`;
  if (domain === 'appspot.gserviceaccount.com') return name;
  return domain === 'developer.gserviceaccount.com' ? /^([0-9]+)-compute$/.exec(name)?.[1] : undefined;
}

/** "Bucket naming requirements": wider names than these exist nowhere, and none of these changes a path. */
export const isGcsBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name) && !name.includes('..');
