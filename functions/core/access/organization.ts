/** A tenant: whom keys and connections belong to. */
export interface Organization {
  /** What Edge Impulse's paths name; a positive 32-bit integer. */
  readonly id: number;
  /** What Avala's queries name; begins with a letter, so that it is never taken for an id. */
  readonly slug: string;
  readonly name: string;
  /** A UUID made by the server, which customers' roles ask for when they are assumed; never chosen by a caller. */
  readonly externalId: string;
  /** Keys the check value of the organization's cursors; random, base64url, and of no use for anything else. */
  readonly cursorKey: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** From here on none of its keys opens it; what it has stays. */
  readonly disabledAt?: number;
}

/** How a request names an organization. */
export type OrganizationName = { readonly id: number } | { readonly slug: string };

const largestId = 2 ** 31 - 1;

/** Whether a number can be an organization's: clients read it as a signed 32-bit integer. */
export const isOrganizationId = (id: number): boolean => Number.isInteger(id) && id >= 1 && id <= largestId;

/** Whether a text can be an organization's slug. */
export const isSlug = (text: string): boolean => /^[a-z][a-z0-9-]{0,62}$/.test(text);

/** An id (decimal digits only, without a leading zero) or a slug; undefined for what can be neither. */
export function organizationNamed(text: string): OrganizationName | undefined {
  if (/^[1-9][0-9]{0,9}$/.test(text)) return isOrganizationId(Number(text)) ? { id: Number(text) } : undefined;
  return isSlug(text) ? { slug: text } : undefined;
}
