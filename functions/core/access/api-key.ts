import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from './scope.ts';

/** A key as it is kept: its secret only as a hash. */
export interface ApiKey {
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** The organizations it opens; the first is its home, where requests belong that name none. */
  readonly organizations: Organizations;
  /** SHA-256 of the secret, hex. The secret has 160 random bits, so a slow hash would add nothing. */
  readonly secretHash: string;
  readonly scopes: readonly Scope[];
  /** Epoch milliseconds, as are the others. */
  readonly createdAt: number;
  /** Who made it. */
  readonly createdBy: string;
  /** From here on it opens nothing. */
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

/** Ids, home first. */
export type Organizations = readonly [home: number, ...further: readonly number[]];

/** The two halves of what a caller presents. */
export interface PresentedKey {
  readonly id: string;
  readonly secret: string;
}

/** Crockford's base 32 in lower case: no letter that could be another, safe in every header and shell. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const idLength = 12;
const secretLength = 32;
const idForm = new RegExp(`^[${alphabet}]{${idLength}}$`);
const form = new RegExp(`^(?:ei_)?([${alphabet}]{${idLength}})_([${alphabet}]{${secretLength}})$`);

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** Whether a text can be a key's id. */
export const isApiKeyId = (text: string): boolean => idForm.test(text);

/**
 * Takes a presented key apart. Edge Impulse's client insists that keys begin with `ei_`, so the prefix may be there
 * or not. Gives undefined for anything that is not a key.
 */
export function parseApiKey(text: string): PresentedKey | undefined {
  const [, id, secret] = form.exec(text) ?? [];
  return id && secret ? { id, secret } : undefined;
}

/** Whether the presented secret is the key's. The comparison takes the same time wherever the two differ. */
export const isSecretOf = (key: Pick<ApiKey, 'secretHash'>, secret: string): boolean =>
  timingSafeEqual(Buffer.from(hash(secret), 'hex'), Buffer.from(key.secretHash, 'hex'));

/** What has become of a key by now (epoch milliseconds); only an active one opens anything. */
export function standingOfKey(
  { expiresAt, revokedAt }: Pick<ApiKey, 'expiresAt' | 'revokedAt'>,
  now: number,
): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
}

/**
 * Makes a new key.
 *
 * @param random a source of so many cryptographically random bytes
 * @returns the key to keep, and the text to show its owner, which nothing can bring back later
 */
export function mintApiKey(
  of: Omit<ApiKey, 'id' | 'secretHash' | 'revokedAt'>,
  random: (bytes: number) => Uint8Array,
): { readonly key: ApiKey; readonly text: string } {
  // 256 is a multiple of 32, so every letter is equally likely.
  const word = (length: number) => Array.from(random(length), (byte) => alphabet[byte % alphabet.length]).join('');
  const id = word(idLength);
  const secret = word(secretLength);
  return { key: { ...of, id, secretHash: hash(secret) }, text: `ei_${id}_${secret}` };
}
