import { ServiceError } from '../service.ts';

/**
 * Cuts a page out of a list, with 100 entries by default.
 * @throws ServiceError InvalidNextTokenException for a token that was not issued here
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
