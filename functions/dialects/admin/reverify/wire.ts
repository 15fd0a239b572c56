import * as z from 'zod/mini';
import { type OrganizationName, organizationNamed } from '../../../core/access/organization.ts';
import { parseBody } from '../../../http/body/validate-shape.ts';
import { Refused } from '../../../http/problem.ts';
import { uidIn } from '../query-wire.ts';

const request = z.object({
  connection: z.nullish(z.string()),
  organization: z.nullish(z.union([z.int(), z.string()])),
  all: z.nullish(z.literal(true)),
  due: z.nullish(z.literal(true)),
});

/** What is to be checked: one connection, all of an organization, all there are, or what is due anyway. */
export type Wanted =
  | { readonly kind: 'connection'; readonly uid: string }
  | { readonly kind: 'organization'; readonly name: OrganizationName }
  | { readonly kind: 'all' | 'due' };

/** @throws Refused for what is wrong with it; `not-found` for names that nothing can have */
export function fromReverifyRequest(body: unknown): Wanted {
  const given = Object.entries(parseBody(request, body)).filter(([, value]) => value !== undefined && value !== null);
  const [[field, value] = ['', ''], ...further] = given;
  if (further.length > 0) throw new Refused({ kind: 'malformed', message: oneOnly });
  switch (field) {
    case 'connection': {
      const uid = uidIn(String(value));
      if (uid === undefined) throw new Refused({ kind: 'not-found' });
      return { kind: field, uid };
    }
    case 'organization': {
      const name = organizationNamed(String(value));
      if (name === undefined) throw new Refused({ kind: 'not-found' });
      return { kind: field, name };
    }
    case 'all':
    case 'due':
      return { kind: field };
    default:
      throw new Refused({ kind: 'malformed', message: oneOnly });
  }
}

const oneOnly = 'The request body must have exactly one of connection, organization, all and due.';
