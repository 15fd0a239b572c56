import type { ServiceAccountKey } from './credential.ts';

/** A service account's key file is about 2,400 characters. */
const longestKeyFile = 16_384;

/**
 * Reads the key file of a Google service account. Only `client_email` and `private_key` are ever used: the other
 * members can make Google's libraries fetch any URL or read a local file (functions/providers/README.md, "Google's
 * libraries").
 *
 * @returns the key, or what is wrong with the file, without repeating anything of it
 */
export function parseServiceAccount(text: string): ServiceAccountKey | { readonly wrong: string } {
  if (text.length > longestKeyFile) return { wrong: `must be at most ${longestKeyFile} characters long` };
  const file = decodeKeyFile(text);
  if (!file) return { wrong: describeOther(text) };
  if (file.get('type') !== 'service_account') return { wrong: 'must be a key file whose type is service_account' };
  const [clientEmail, privateKey] = [file.get('client_email'), file.get('private_key')];
  if (typeof clientEmail !== 'string' || !/^[a-z0-9._-]+@[a-z0-9.-]+$/.test(clientEmail)) {
    return { wrong: 'must have the e-mail address of a service account in client_email' };
  }
  const pem = typeof privateKey === 'string' ? readPem(privateKey) : undefined;
  if (pem === undefined) return { wrong: 'must have a PEM private key in private_key' };
  return { kind: 'service-account-key', clientEmail, privateKey: pem };
}

/**
 * Whether a text is the e-mail address of a service account, the default ones of App Engine and Compute Engine included.
 * https://cloud.google.com/iam/docs/service-account-types
 */
export const isServiceAccountEmail = (text: string): boolean =>
  text.length <= 320 && /^[a-z0-9._-]+@[a-z0-9.-]+\.gserviceaccount\.com$/.test(text);

/**
 * Parses a service account's e-mail address and its private key alone, which together are all of its key file that is
 * ever used.
 *
 * @returns undefined where the secret is no PEM private key
 */
export function parseServiceAccountPem(clientEmail: string, text: string): ServiceAccountKey | undefined {
  const privateKey = text.length <= longestKeyFile ? readPem(text.trim()) : undefined;
  return privateKey === undefined ? undefined : { kind: 'service-account-key', clientEmail, privateKey };
}

/** A PEM private key; where its line breaks were escaped on the way here, with line breaks. */
function readPem(text: string): string | undefined {
  const pem = text.includes('\n') ? text : text.replaceAll('\\r', '').replaceAll('\\n', '\n');
  return /^-----BEGIN (?:RSA )?PRIVATE KEY-----\s/.test(pem) ? pem : undefined;
}

/**
 * Finds the key file in what callers send in its place: the JSON itself, perhaps behind a byte order mark; the JSON as a
 * JSON string, with or without its quotes, as shells and other JSON leave it; or either in base64, as CI secrets hold it.
 */
function decodeKeyFile(text: string): ReadonlyMap<string, unknown> | undefined {
  const plain = text.replace(/^\ufeff/, '').trim();
  const decoded = decodeBase64(plain) ?? plain;
  const value = parseJson(decoded) ?? (decoded.startsWith('{\\') ? parseJson(`"${decoded}"`) : undefined);
  const file = typeof value === 'string' ? parseJson(value) : value;
  return typeof file === 'object' && file !== null && !Array.isArray(file) ? new Map(Object.entries(file)) : undefined;
}

/** Only what is JSON once it is decoded: everything else may be base64 by chance. */
function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_=\s-]{16,}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64')
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  return /^["{]/.test(decoded) ? decoded : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tells a caller what was sent in the place of a key file, as far as its form shows that. */
function describeOther(text: string): string {
  const expected = 'must be the JSON key file of a service account, as it was downloaded';
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN')) return `${expected}: this is only its private key`;
  if (/^(?:[~.]{0,2}\/|[A-Za-z]:\\|file:)/.test(trimmed) || /^[^\s{}"]{1,512}\.(?:json|pem|p12)$/.test(trimmed)) {
    return `${expected}: this is the path of a file, which cannot be read from here`;
  }
  return expected;
}
