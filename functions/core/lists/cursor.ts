import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Organization } from '../access/organization.ts';

/**
 * A place in a list that is sorted by uid, newest first: before or behind everything of that uid. It is a uid and no
 * count, so that what comes and goes meanwhile moves nothing.
 */
export interface Cursor {
  /** `next`: what is older than the uid; `previous`: what is newer. */
  readonly direction: 'next' | 'previous';
  /** A UUID in lower case. */
  readonly uid: string;
}

/** A page, and where those beside it begin: absent where nothing is. */
export interface CursorPage<Item> {
  readonly items: readonly Item[];
  readonly next?: Cursor;
  readonly previous?: Cursor;
}

/** Below and above every uid: the Nil and the Max UUID (RFC 9562, sections 5.9 and 5.10). */
const nil = '00000000-0000-0000-0000-000000000000';
const max = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * The page at a cursor. Whoever follows `next` from the first page to the last sees everything once that was there all
 * the time, whatever was added and removed in between; `previous` leads back over the same pages.
 *
 * @param items newest first, that is by descending uid
 * @param cursor absent: the first page
 * @param limit the most items on a page, from 1
 */
export function cutPage<Item extends { readonly uid: string }>(
  items: readonly Item[],
  cursor: Cursor | undefined,
  limit: number,
): CursorPage<Item> {
  const [from, to] = boundsOf(items, cursor, limit);
  const page = items.slice(from, to);
  // A page is empty when what it was to show is gone; then everything there is lies on its other side.
  return {
    items: page,
    ...(to < items.length && { next: { direction: 'next', uid: page.at(-1)?.uid ?? max } }),
    ...(from > 0 && { previous: { direction: 'previous', uid: page[0]?.uid ?? nil } }),
  };
}

/** The first index on the page and the one behind its last. */
function boundsOf(
  items: readonly { readonly uid: string }[],
  cursor: Cursor | undefined,
  limit: number,
): readonly [from: number, to: number] {
  const countNewer = (isNewer: (uid: string) => boolean): number => {
    const index = items.findIndex(({ uid }) => !isNewer(uid));
    return index === -1 ? items.length : index;
  };
  switch (cursor?.direction) {
    case 'previous': {
      const to = countNewer((uid) => uid > cursor.uid);
      return [Math.max(0, to - limit), to];
    }
    case 'next':
    case undefined: {
      const from = cursor === undefined ? 0 : countNewer((uid) => uid >= cursor.uid);
      return [from, Math.min(items.length, from + limit)];
    }
  }
}

/** What cursors need of the organization whose list it is. */
export type CursorOwner = Pick<Organization, 'id' | 'cursorKey'>;

const directions = ['next', 'previous'] as const;
const uidBytes = 16;
/** Bytes of the check value: half a SHA-256, which nobody guesses. */
const checkBytes = 16;

/** 33 bytes in base64url: 44 characters and no bits left over, so that no two texts are one cursor. */
const form = /^[A-Za-z0-9_-]{44}$/;

/**
 * Writes a cursor for a caller to hand back: direction, uid, and a check value under the organization's cursor key
 * (HMAC-SHA256). 44 characters, none of which a URL needs to escape.
 */
export function writeCursor(cursor: Cursor, owner: CursorOwner): string {
  const direction = Buffer.of(directions.indexOf(cursor.direction));
  const uid = Buffer.from(cursor.uid.replaceAll('-', ''), 'hex');
  return Buffer.concat([direction, uid, checkOf(cursor, owner)]).toString('base64url');
}

/** Reads a cursor; undefined for every text that `writeCursor` did not give for this organization. */
export function readCursor(text: string, owner: CursorOwner): Cursor | undefined {
  if (!form.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  const direction = directions[bytes.readUInt8(0)];
  if (direction === undefined) return undefined;
  const hex = bytes.toString('hex', 1, 1 + uidBytes);
  const uid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const cursor: Cursor = { direction, uid };
  return timingSafeEqual(bytes.subarray(1 + uidBytes), checkOf(cursor, owner)) ? cursor : undefined;
}

/** The organization is hashed too: should two ever share a key, they still do not share cursors. */
const checkOf = ({ direction, uid }: Cursor, { id, cursorKey }: CursorOwner): Buffer =>
  createHmac('sha256', cursorKey)
    .update(JSON.stringify([id, direction, uid]))
    .digest()
    .subarray(0, checkBytes);
