import type { Field } from '../diagnosis/field.ts';
import { type Fault, type Parsed, tooLong } from '../validation/result.ts';
import { describeSecret, isHexadecimalSecret, isPublicIdentifier, secretFormOf } from '../validation/secret-form.ts';
import { type Check, showable } from '../validation/text.ts';
import { checkBucketName, checkS3BucketName } from './check-bucket-name.ts';
import { checkPrefix } from './check-prefix.ts';
import type { Credential } from './credential.ts';
import { maxEndpointLength, parseEndpoint } from './parse-endpoint.ts';
import { parseProxy } from './parse-proxy.ts';
import { isServiceAccountEmail, parseServiceAccount, parseServiceAccountPem } from './parse-service-account.ts';
import type { S3Vendor } from './s3-vendors.ts';
import type { AccountTarget, Provider, StorageTarget } from './target.ts';

/** A target as a caller writes it, of the right types but not yet checked. */
export interface RawTarget {
  readonly provider: Provider;
  readonly endpoint: string;
  readonly region?: string | undefined;
  readonly bucket: string;
  readonly prefix?: string | undefined;
  /** From here on, what only some callers can name. */
  readonly vendor?: S3Vendor | undefined;
  /** Without user and password (`parseProxy`). */
  readonly proxy?: string | undefined;
}

/** A credential as the four APIs carry it: a public and a secret half. */
export interface RawCredential {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Longest values accepted, in characters; S3's own limit for a key is 1,024 bytes. */
const limits = {
  endpoint: maxEndpointLength,
  region: 64,
  bucket: 255,
  prefix: 1024,
  accessKey: 1024,
  secretKey: 4096,
} as const;

/** A secret in the place of the access key nearly always means that the two halves were swapped. */
const accessKeyText: Check = (value) => {
  if (/^ASIA[A-Z0-9]{16}$/.test(value)) return temporaryKey;
  const form = isHexadecimalSecret(value) ? 'secret-key' : secretFormOf(value);
  if (form === undefined) return credentialText(value);
  return form === 'connection-string' || form === 'signed-url' ? describeSecret(form) : swappedKeys;
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const temporaryKey = 'is temporary and needs a session token: use an access key that begins with AKIA, or a role';

const swappedKeys = 'has the form of a secret (are access key and secret key swapped?)';

/** Credentials travel in HTTP headers, and a space around one is nearly always left from copying. */
const credentialText: Check = (value) => {
  if (value !== value.trim()) return 'must not begin or end with a space or line break';
  return /^[\x20-\x7e]+$/.test(value) ? undefined : 'must be plain printable ASCII';
};

const regionName: Check = (value) =>
  /^[A-Za-z0-9-]+$/.test(value) ? showable(value) : 'must be letters, digits and dashes only';

function checkText(field: keyof typeof limits, value: string, check: Check, optional = false): readonly Fault[] {
  if (value === '') return optional ? [] : [{ field, code: 'blank', message: "can't be blank" }];
  if (value.length > limits[field]) return [tooLong(field, limits[field])];
  const message = check(value);
  return message ? [{ field, code: 'invalid', message }] : [];
}

/**
 * Checks a target. Every later part of the service trusts what comes out of here.
 *
 * @returns the target, or all faults found
 */
export function parseTarget(raw: RawTarget): Parsed<StorageTarget> {
  const { bucket, prefix = '' } = raw;
  const account = parseAccountTarget(raw);
  const faults = [
    ...(account.ok ? [] : account.faults),
    ...checkText('bucket', bucket, raw.provider === 's3' ? checkS3BucketName : checkBucketName),
    ...checkText('prefix', prefix, checkPrefix, true),
  ];
  if (faults.length > 0 || !account.ok) return { ok: false, faults: inOrder(faults) };
  return { ok: true, value: { ...account.value, bucket, prefix } };
}

/** Checks the target of a connection to an account. @returns the target, or all faults found */
export function parseAccountTarget(raw: Omit<RawTarget, 'bucket' | 'prefix'>): Parsed<AccountTarget> {
  const endpoint = parseEndpoint(raw.endpoint);
  const proxy = raw.proxy ? parseProxy(raw.proxy) : undefined;
  const faults: Fault[] = [
    ...checkText('endpoint', raw.endpoint, () => ('message' in endpoint ? endpoint.message : undefined)),
    ...checkText('region', raw.region ?? '', regionName, true),
    ...(proxy && !proxy.ok ? proxy.faults : []),
    // Whoever read the request took it apart: a password must not get into the table.
    ...(proxy?.ok && proxy.value.user !== undefined ? [userInProxy] : []),
  ];
  if (faults.length > 0 || 'message' in endpoint) return { ok: false, faults };
  return {
    ok: true,
    value: {
      provider: raw.provider,
      endpoint: endpoint.endpoint,
      ...(raw.region && { region: raw.region }),
      ...(raw.vendor && { vendor: raw.vendor }),
      ...(proxy?.ok && { proxy: proxy.value.proxy }),
    },
  };
}

const userInProxy = { field: 'proxy', code: 'invalid', message: 'must not contain a user name or password' } as const;

const order: readonly Field[] = ['provider', 'endpoint', 'region', 'bucket', 'prefix', 'proxy'];

const inOrder = (faults: readonly Fault[]) =>
  faults.toSorted((a, b) => order.indexOf(a.field) - order.indexOf(b.field));

/**
 * Checks a credential for a provider: an account and its key for Azure; for Google Cloud Storage a service account's
 * e-mail address and key file, or an HMAC key; an access key pair for the others.
 */
export function parseCredential(provider: Provider, raw: RawCredential): Parsed<Credential> {
  if (provider === 'gcs' && (isServiceAccountEmail(raw.accessKey) || /^\ufeff?\s{0,64}["{]/.test(raw.secretKey))) {
    return parseServiceAccountPair(raw);
  }
  const faults = [
    ...checkText('accessKey', raw.accessKey, isSwapped(raw) ? () => swappedKeys : accessKeyText),
    ...checkText('secretKey', raw.secretKey, secretText),
  ];
  if (faults.length > 0) return { ok: false, faults };
  switch (provider) {
    case 'azure':
      return { ok: true, value: { kind: 'account-key', account: raw.accessKey, key: raw.secretKey } };
    case 's3':
    case 'gcs':
      return { ok: true, value: { kind: 'access-key-pair', ...raw } };
  }
}

/** A secret key that is somebody's public identifier, beside an access key that is none. */
const isSwapped = ({ accessKey, secretKey }: RawCredential): boolean =>
  isPublicIdentifier(secretKey) && !isPublicIdentifier(accessKey);

/** A connection string holds the secret among other things, and is none itself. */
const secretText: Check = (value) => {
  const form = secretFormOf(value);
  return form === 'connection-string' ? describeSecret(form) : credentialText(value);
};

/**
 * The key file is the secret half; the public half has to be the account that the file is for. With a private key alone
 * the public half says whose it is.
 */
function parseServiceAccountPair({ accessKey, secretKey }: RawCredential): Parsed<Credential> {
  if (secretKey === '')
    return { ok: false, faults: [{ field: 'secretKey', code: 'blank', message: "can't be blank" }] };
  const key = parseServiceAccountPem(accessKey, secretKey) ?? parseServiceAccount(secretKey);
  if ('wrong' in key) return { ok: false, faults: [{ field: 'secretKey', code: 'invalid', message: key.wrong }] };
  if (accessKey !== key.clientEmail) {
    const message = "must be the service account's e-mail address, as in its key file";
    return { ok: false, faults: [{ field: 'accessKey', code: 'invalid', message }] };
  }
  return { ok: true, value: key };
}
