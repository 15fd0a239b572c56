import type { ListPage } from '../core/storage.ts';

/** Keys asked for in one page, and the most that are taken from one, however many come. */
export const pageSize = 1000;

/** What a storage said about an object; either may be anything a server can make an SDK believe. */
export interface ListedObject {
  readonly key: string | undefined;
  /** Bytes. */
  readonly size: number | undefined;
}

/** A page out of what a storage listed: what has no key is left out, and a size that cannot be one counts as none. */
export function listPage(listed: readonly ListedObject[], next: string | undefined): ListPage {
  const objects = listed.slice(0, pageSize).flatMap(({ key, size }) => {
    if (typeof key !== 'string' || key === '') return [];
    return { key, size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0 };
  });
  return { objects, ...(next && { next }) };
}
