import { displayNameFaults } from '../validation/parse-display-name.ts';
import { parseTimestamp, timestampForm } from '../validation/parse-timestamp.ts';
import { type Fault, faultsOf, type Parsed } from '../validation/result.ts';
import type { ApiKey, Organizations } from './api-key.ts';
import { isOrganizationId, type OrganizationName, organizationNamed } from './organization.ts';
import type { ReadOrganizations } from './ports.ts';
import { type Scope, scopeNamed, scopes } from './scope.ts';

/** A new key as an operator describes it, of the right types but not yet checked. */
export interface KeyDescription {
  readonly name: string;
  /** The service's names for them or Nodeum's. */
  readonly scopes: readonly string[];
  /** ISO 8601. */
  readonly expiresAt?: string | undefined;
  /** Ids or slugs of those that it opens besides its home. */
  readonly organizations?: readonly (number | string)[] | undefined;
}

export type KeyField = keyof KeyDescription;

/** A checked description; whether its organizations exist is still to be seen. */
export interface DescribedKey extends Pick<ApiKey, 'name' | 'scopes' | 'expiresAt'> {
  readonly further: readonly OrganizationName[];
}

/**
 * The most organizations that one key opens, its home included: each is looked up in every request that the key makes,
 * and all are written in one transaction, which has room for 49.
 */
export const mostOrganizationsOfKey = 40;

/** Checks a description. Scopes that are named twice are there once. @param now epoch milliseconds */
export function parseKey(description: KeyDescription, now: number): Parsed<DescribedKey, KeyField> {
  const { name } = description;
  const known = scopesNamed(description.scopes);
  const expiresAt = expiryIn(description.expiresAt, now);
  const further = furtherNamed(description.organizations ?? []);
  const faults: readonly Fault<KeyField>[] = [
    ...displayNameFaults(name),
    ...faultsOf<KeyField>(known, expiresAt, further),
  ];
  if (faults.length > 0 || !known.ok || !expiresAt.ok || !further.ok) return { ok: false, faults };
  return {
    ok: true,
    value: {
      ...{ name, scopes: known.value, further: further.value },
      ...(expiresAt.value !== undefined && { expiresAt: expiresAt.value }),
    },
  };
}

function scopesNamed(names: readonly string[]): Parsed<readonly Scope[], 'scopes'> {
  const field = 'scopes';
  if (names.length === 0) return { ok: false, faults: [{ field, code: 'blank', message: 'must name at least one' }] };
  const known = names.flatMap((name) => scopeNamed(name) ?? []);
  if (known.length === names.length) return { ok: true, value: [...new Set(known)] };
  return { ok: false, faults: [{ field, code: 'invalid', message: `must each be one of: ${scopes.join(', ')}` }] };
}

function expiryIn(text: string | undefined, now: number): Parsed<number | undefined, 'expiresAt'> {
  if (text === undefined) return { ok: true, value: undefined };
  const at = parseTimestamp(text);
  if (at !== undefined && at > now) return { ok: true, value: at };
  const message = at === undefined ? timestampForm : 'must lie in the future';
  return { ok: false, faults: [{ field: 'expiresAt', code: 'invalid', message }] };
}

function furtherNamed(names: readonly (number | string)[]): Parsed<readonly OrganizationName[], 'organizations'> {
  const field = 'organizations';
  if (names.length >= mostOrganizationsOfKey) {
    const message = `must be at most ${mostOrganizationsOfKey - 1}, besides the key's home`;
    return { ok: false, faults: [{ field, code: 'too_long', message }] };
  }
  const named = names.flatMap((name) => {
    if (typeof name === 'string') return organizationNamed(name) ?? [];
    return isOrganizationId(name) ? { id: name } : [];
  });
  if (named.length === names.length) return { ok: true, value: named };
  return { ok: false, faults: [{ field, code: 'invalid', message: 'must each be an id or a slug' }] };
}

/** The fault of a key for an organization that does not exist. */
export const unknownOrganization = {
  field: 'organizations',
  code: 'invalid',
  message: 'must each be the id or slug of an organization that exists',
} as const satisfies Fault<'organizations'>;

/** The organizations that a key is for, each once, its home first. */
export async function organizationsOfKey(
  home: number,
  further: readonly OrganizationName[],
  organizations: ReadOrganizations,
): Promise<Parsed<Organizations, 'organizations'>> {
  const found = await Promise.all(further.map((name) => organizations.find(name)));
  const ids = new Set(found.flatMap((one) => one?.id ?? []));
  if (found.includes(undefined)) return { ok: false, faults: [unknownOrganization] };
  ids.delete(home);
  return { ok: true, value: [home, ...ids] };
}
