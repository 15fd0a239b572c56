import type { AccountTarget, Provider, StorageTarget } from './connection.ts';
import type { Credential } from './credential.ts';
import type { Field } from './field.ts';
import { type Fault, type Parsed, tooLong } from './parsed.ts';
import { parseProxy } from './proxy.ts';
import { parseServiceAccount } from './service-account.ts';
import type { S3Vendor } from './vendors.ts';

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
  endpoint: 2048,
  region: 64,
  bucket: 255,
  prefix: 1024,
  accessKey: 1024,
  secretKey: 4096,
} as const;

/** C0, DEL and C1 controls, and the separators that end a line: nothing that is typed on purpose. */
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const loneSurrogate = /\p{Surrogate}/u;

type Check = (value: string) => string | undefined;

/** What is wrong with a text that people are to read, if anything. */
export const printable: Check = (value) => {
  if (control.test(value)) return 'must not contain control characters';
  if (loneSurrogate.test(value)) return 'must be well-formed text';
  return undefined;
};

/** Credentials travel in HTTP headers, and a space around one is nearly always left from copying. */
const credentialText: Check = (value) => {
  if (value !== value.trim()) return 'must not begin or end with a space or line break';
  return /^[\x20-\x7e]+$/.test(value) ? undefined : 'must be plain printable ASCII';
};

/**
 * Bucket names reach host names and paths, so whatever could change either is refused before any provider sees it
 * (storage facts, trap 12). What a provider's own naming rules refuse beyond that is for it to say.
 */
const bucketName: Check = (value) => {
  if (/^(?:s3|gs|https?|arn|wasbs?|abfss?):/i.test(value)) return 'must be the bare name, not a URL or an ARN';
  if (!/^[$A-Za-z0-9._-]+$/.test(value)) return 'must be letters, digits, dots, dashes and underscores only';
  if (/^\.+$/.test(value)) return 'must not consist of dots only';
  return undefined;
};

const regionName: Check = (value) =>
  /^[A-Za-z0-9-]+$/.test(value) ? undefined : 'must be letters, digits and dashes only';

function checkText(field: keyof typeof limits, value: string, check: Check, optional = false): readonly Fault[] {
  if (value === '') return optional ? [] : [{ field, code: 'blank', message: "can't be blank" }];
  if (value.length > limits[field]) return [tooLong(field, limits[field])];
  const message = check(value);
  return message ? [{ field, code: 'invalid', message }] : [];
}

/**
 * Reads an endpoint: an http(s) URL, or a bare host name, which stands for https. Userinfo, query and fragment are
 * refused: they have no meaning here and hide where a URL really goes. A path is kept, for Azure's emulator and the
 * gateways that serve below one.
 */
function parseEndpoint(text: string): { readonly endpoint: string } | { readonly message: string } {
  const controlled = printable(text);
  if (controlled) return { message: controlled };
  if (/[\s\\]/.test(text)) return { message: 'must not contain spaces or backslashes' };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || url.hostname === '') return { message: 'must be a URL such as https://s3.example.com' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { message: 'must begin with https:// or http://' };
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return { message: 'must not contain a user name or password' };
  }
  if (text.includes('?') || text.includes('#')) return { message: 'must not contain a query or a fragment' };
  return { endpoint: url.origin + url.pathname.replace(/\/+$/, '') };
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
    ...checkText('bucket', bucket, bucketName),
    ...checkText('prefix', prefix, printable, true),
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
  if (provider === 'gcs' && raw.secretKey.trimStart().startsWith('{')) return parseServiceAccountPair(raw);
  const faults = [
    ...checkText('accessKey', raw.accessKey, credentialText),
    ...checkText('secretKey', raw.secretKey, credentialText),
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

/** The key file is the secret half; the public half has to be the account that the file is for. */
function parseServiceAccountPair({ accessKey, secretKey }: RawCredential): Parsed<Credential> {
  const key = parseServiceAccount(secretKey);
  if ('wrong' in key) return { ok: false, faults: [{ field: 'secretKey', code: 'invalid', message: key.wrong }] };
  if (accessKey !== key.clientEmail) {
    const message = "must be the service account's e-mail address, as in its key file";
    return { ok: false, faults: [{ field: 'accessKey', code: 'invalid', message }] };
  }
  return { ok: true, value: key };
}

/** Two parses as one: both values, or the faults of both. */
export function both<A, B, F extends string = Field>(a: Parsed<A, F>, b: Parsed<B, F>): Parsed<readonly [A, B], F> {
  if (a.ok && b.ok) return { ok: true, value: [a.value, b.value] };
  return { ok: false, faults: [...(a.ok ? [] : a.faults), ...(b.ok ? [] : b.faults)] };
}
