import {
  isSecretOf,
  type Organizations,
  type PresentedKey,
  parseApiKey,
  standingOfKey,
} from '../../core/access/api-key.ts';
import type { Caller, TokenHolder } from '../../core/access/caller.ts';
import { organizationNamed } from '../../core/access/organization.ts';
import type { Ports } from '../../core/ports.ts';
import { Refused } from '../problem.ts';
import { type Headers, readCredentials } from './credential-headers.ts';

type Needs = Pick<Ports, 'keys.read' | 'organizations.read' | 'tokens.verify'>;

/** Three parts of base64url: a signed JSON Web Token (RFC 7519, section 3). No key has a dot. */
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Finds out who is calling, by a key or by a token, whichever of the documented carriers brings it.
 *
 * @param now epoch milliseconds
 * @throws Refused `unauthenticated`, without telling which part was wrong
 */
export async function authenticate(headers: Headers, ports: Needs, now: number): Promise<Caller> {
  const [carried, ...others] = readCredentials(headers);
  const caller = carried !== undefined && others.length === 0 ? await callerBy(carried, ports, now) : undefined;
  if (!caller) throw new Refused({ kind: 'unauthenticated' });
  return caller;
}

async function callerBy(carried: string, ports: Needs, now: number): Promise<Caller | undefined> {
  const presented = parseApiKey(carried);
  if (presented) return callerByKey(presented, ports, now);
  const holder = tokenForm.test(carried) ? await ports['tokens.verify'](carried) : undefined;
  return holder && callerByToken(holder, ports);
}

async function callerByKey({ id, secret }: PresentedKey, ports: Needs, now: number): Promise<Caller | undefined> {
  const key = await ports['keys.read'].find(id);
  if (!key || !isSecretOf(key, secret) || standingOfKey(key, now) !== 'active') return undefined;
  const { organizations, scopes } = key;
  return { actor: { kind: 'key', key: id }, organizations, scopes: new Set(scopes) };
}

/** The issuer names organizations by id or slug; those that do not exist open nothing. */
async function callerByToken(
  { subject, organizations, scopes }: TokenHolder,
  ports: Needs,
): Promise<Caller | undefined> {
  const names = organizations.flatMap((text) => organizationNamed(text) ?? []);
  const found = await Promise.all(names.map((name) => ports['organizations.read'].find(name)));
  const [home, ...further] = new Set(found.flatMap((organization) => organization?.id ?? []));
  if (home === undefined) return undefined;
  const ids: Organizations = [home, ...further];
  return { actor: { kind: 'token', subject }, organizations: ids, scopes: new Set(scopes) };
}
