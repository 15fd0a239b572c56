import { createHash } from 'node:crypto';
import { compareKeys, type ObjectHead } from '../store/objects.ts';

/** What a list request asks for. `after` is the last name already seen; listing goes on behind it. */
export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly maxKeys: number;
}

/** One page. Objects and common prefixes count alike. `last` is the last name on a page that is not the last one. */
export interface ListPage {
  readonly contents: readonly ObjectHead[];
  readonly commonPrefixes: readonly string[];
  readonly last: string | undefined;
}

/**
 * Cuts one page out of a bucket (Amazon S3 API Reference, ListObjectsV2): keys under the prefix in byte order; those
 * that hold the delimiter behind the prefix are rolled up into one common prefix, which ends with the delimiter.
 *
 * @param heads every object, in byte order of the keys
 */
export function listPage(heads: readonly ObjectHead[], query: ListQuery): ListPage {
  const contents: ObjectHead[] = [];
  const commonPrefixes: string[] = [];
  let last: string | undefined;
  if (query.maxKeys === 0) return { contents, commonPrefixes, last };
  for (const head of heads) {
    if (!head.key.startsWith(query.prefix)) continue;
    const group = groupOf(head.key, query);
    const name = group ?? head.key;
    if (name === last || (query.after !== '' && compareKeys(name, query.after) <= 0)) continue;
    if (contents.length + commonPrefixes.length === query.maxKeys) return { contents, commonPrefixes, last };
    last = name;
    if (group === undefined) contents.push(head);
    else commonPrefixes.push(group);
  }
  return { contents, commonPrefixes, last: undefined };
}

function groupOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** The opaque token from which a listing goes on behind `name`. */
export function continuationToken(name: string): string {
  return Buffer.concat([tokenCheck(name), Buffer.from(name)]).toString('base64url');
}

/** The name a token was made from; undefined when it is not one of ours. */
export function nameInToken(token: string): string | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const name = bytes.toString('utf8', 8);
  return bytes.subarray(0, 8).equals(tokenCheck(name)) ? name : undefined;
}

function tokenCheck(name: string): Buffer {
  return createHash('sha256').update(`continuation ${name}`).digest().subarray(0, 8);
}

/**
 * The form names have under `encoding-type=url`: that of HTML forms, where a space is `+`, but with slashes kept.
 * Clients decode it so.
 */
export function listEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}
