import { ServiceError } from '../service.ts';

/**
 * A page of a list, 100 entries unless asked for fewer.
 * @throws ServiceError InvalidNextTokenException for a token that was not given out
 */
export function pageOf<T>(
  all: readonly T[],
  { MaxResults: size = 100, NextToken: token }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { readonly entries: readonly T[]; readonly NextToken: string | undefined } {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0 || from > all.length) {
    throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  }
  return {
    entries: all.slice(from, from + size),
    NextToken: from + size < all.length ? String(from + size) : undefined,
  };
}
