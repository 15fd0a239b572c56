import { type Cursor, type CursorOwner, type CursorPage, readCursor, writeCursor } from '../../../core/lists/cursor.ts';
import { parseLimit } from '../../../core/lists/parse-paging.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import type { Config } from '../config-wire.ts';

type Query = Readonly<Record<string, string>>;

/** 100 unless the caller says otherwise (Avala's documentation, "Pagination"); as many as fit into any answer. */
const limits = { usual: 100, most: 500 } as const;

/** Which page is asked for. */
export interface PageAsked {
  readonly cursor: Cursor | undefined;
  readonly limit: number;
}

/**
 * Reads which page of the list is asked for.
 *
 * @param owner whose list it is
 * @returns undefined for a cursor that was not given out for this list
 * @throws Refused `invalid` for a limit that is none
 */
export function fromListQuery(query: Query, owner: CursorOwner): PageAsked | undefined {
  const limit = unwrapOrRefuse(parseLimit(query['limit'], limits), (field) => field);
  const text = query['cursor'] ?? '';
  const cursor = text === '' ? undefined : readCursor(text, owner);
  return text !== '' && cursor === undefined ? undefined : { cursor, limit };
}

/**
 * A page as the document has it. `next` and `previous` are whole URLs, as clients expect (dialects/README.md): where
 * the request was sent, with what else it asked for.
 *
 * @param url where the request was sent, without its query
 */
export function toPage(page: CursorPage<Config>, url: string, query: Query, owner: CursorOwner) {
  const linkTo = (cursor: Cursor | undefined): string | null => {
    if (cursor === undefined) return null;
    const { organization, limit } = query;
    const search = new URLSearchParams({
      ...(organization && { organization }),
      ...(limit && { limit }),
      cursor: writeCursor(cursor, owner),
    });
    return `${url}?${search}`;
  };
  return { next: linkTo(page.next), previous: linkTo(page.previous), results: page.items };
}
