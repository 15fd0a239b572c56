import type { Page, PageOf } from '../page.ts';
import type { ApiKey } from './api-key.ts';
import type { TokenHolder } from './caller.ts';
import type { Organization, OrganizationName } from './organization.ts';

/** Ports on who may do what. What is read of them may be as old as `accessCacheTime`. */

/** Milliseconds for which a function may go on with a key or organization it has read: a revoked key stops within it. */
export const accessCacheTime = 5_000;

export interface ReadKeys {
  /** The key of this id, or undefined. */
  find(id: string): Promise<ApiKey | undefined>;
}

export interface ReadOrganizations {
  /** The organization of this name, disabled or not, or undefined. */
  find(name: OrganizationName): Promise<Organization | undefined>;
}

/**
 * What a JSON Web Token says, if the issuer that the deployment names signed it for this deployment's audience and it
 * has not expired; undefined for every other text, whatever is wrong with it.
 */
export type VerifyToken = (token: string) => Promise<TokenHolder | undefined>;

/** From here on for the operator's functions only. Nothing of it is cached. */

export interface ListOrganizations {
  /** By ascending id; `after` is an id. */
  list(page: PageOf): Promise<Page<Organization>>;
}

export interface ListKeys {
  /** Keys that open the organization, in the order of their ids; `after` is an id. */
  ofOrganization(organizationId: number, page: PageOf): Promise<Page<ApiKey>>;
}

export interface WriteOrganizations extends ReadOrganizations {
  /** A number that no organization has been given this way. */
  nextId(): Promise<number>;
  /** Puts an organization there, all or nothing. */
  create(organization: Organization): Promise<'created' | 'id-taken' | 'slug-taken'>;
  /**
   * Disables it as of a moment (epoch milliseconds), or enables it again with undefined.
   * @returns how it is now; one that was disabled keeps its first moment. Undefined when there is none.
   */
  disable(id: number, at: number | undefined): Promise<Organization | undefined>;
}

export interface WriteKeys extends ReadKeys {
  /** Puts a new key there, all or nothing. `no-organization`: one of its organizations does not exist. */
  create(key: ApiKey): Promise<'created' | 'no-organization'>;
  /** Revokes it as of a moment; one that was revoked keeps its first. @returns how it is now, or undefined */
  revoke(id: string, at: number): Promise<ApiKey | undefined>;
}

/** Coarseness of a key's last use, in milliseconds. */
export const keyUseGrain = 3_600_000;

export interface KeyUse {
  /** Notes that a key was used, unless that is known to the hour already. Never fails a request. */
  note(id: string, at: number): Promise<void>;
}

/** When keys were last used, to the hour (epoch milliseconds); keys that never were are left out. */
export type ReadKeyUse = (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
