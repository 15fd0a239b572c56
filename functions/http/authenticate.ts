import { type ApiKey, isSecretOf, parseApiKey } from '../core/api-key.ts';
import type { ApiKeys } from '../core/ports.ts';
import { credentialsIn, type Headers } from './carriers.ts';
import { Refused } from './problem.ts';

/**
 * Finds out who is calling.
 *
 * @returns the caller's key
 * @throws Refused `unauthenticated`, without telling which part was wrong
 */
export async function authenticate(headers: Headers, keys: ApiKeys): Promise<ApiKey> {
  const [carried, ...others] = credentialsIn(headers);
  const presented = carried !== undefined && others.length === 0 ? parseApiKey(carried) : undefined;
  const key = presented && (await keys.find(presented.id));
  if (!key || !isSecretOf(key, presented.secret)) throw new Refused({ kind: 'unauthenticated' });
  return key;
}
