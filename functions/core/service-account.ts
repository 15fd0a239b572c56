import type { ServiceAccountKey } from './credential.ts';

/** A service account's key file is about 2,400 characters. */
const longestKeyFile = 16_384;

/**
 * Reads the key file of a Google service account. Only `client_email` and `private_key` are ever used: the other
 * members can make Google's libraries fetch any URL or read a local file (platform facts, "GCS JSON is hostile input").
 *
 * @returns the key, or what is wrong with the file, without repeating anything of it
 */
export function parseServiceAccount(text: string): ServiceAccountKey | { readonly wrong: string } {
  if (text.length > longestKeyFile) return { wrong: `must be at most ${longestKeyFile} characters long` };
  const file = parsedObject(text);
  if (!file) return { wrong: 'must be the JSON key file of a service account, as it was downloaded' };
  if (file.get('type') !== 'service_account') return { wrong: 'must be a key file whose type is service_account' };
  const [clientEmail, privateKey] = [file.get('client_email'), file.get('private_key')];
  if (typeof clientEmail !== 'string' || !/^[a-z0-9._-]+@[a-z0-9.-]+$/.test(clientEmail)) {
    return { wrong: 'must have the e-mail address of a service account in client_email' };
  }
  if (typeof privateKey !== 'string' || !/^-----BEGIN (?:RSA )?PRIVATE KEY-----\s/.test(privateKey)) {
    return { wrong: 'must have a PEM private key in private_key' };
  }
  return { kind: 'service-account-key', clientEmail, privateKey };
}

function parsedObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? new Map(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}
