import { continuationToken, listPage, nameInToken } from '../s3/operations/listing.ts';
import type { ObjectStore } from '../s3/store/objects.ts';
import { type GcsAnswer, GcsRefusal, jsonAnswer } from './answer.ts';
import { selected } from './fields.ts';
import type { GcsBucket } from './model.ts';
import type { TokenHolder } from './token.ts';

/** A bucket that is being served. */
export interface ServedGcsBucket extends GcsBucket {
  readonly store: ObjectStore;
}

/** A page holds no more than this, whatever maxResults asks for. */
const mostResults = 1000;

/** Scopes that include reading. */
const reading =
  /^https:\/\/www\.googleapis\.com\/auth\/(?:devstorage\.(?:read_only|read_write|full_control)|cloud-platform(?:\.read-only)?)$/;

/**
 * The two lists of the JSON API (Objects: list, Buckets: list). The order of checks is Google's: token, scope, whether
 * the bucket is there, right, who pays.
 *
 * @param path decoded segments below `/storage/v1/`
 * @throws GcsRefusal for everything that is answered with an error, and 501 for what is not served
 */
export function serveJson(
  method: string,
  path: readonly string[],
  query: URLSearchParams,
  { account, scopes }: TokenHolder,
  buckets: readonly ServedGcsBucket[],
): GcsAnswer {
  const [collection, name, part, ...more] = path;
  if (method !== 'GET' || collection !== 'b' || more.length > 0) throw notServed();
  if (!scopes.some((scope) => reading.test(scope))) {
    throw new GcsRefusal('json', 403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');
  }
  if (name === undefined) {
    requireServed(query, ['project', 'maxResults', 'pageToken', 'fields', 'prefix', 'prettyPrint', 'alt']);
    return bucketsOf(query, buckets, account.listsBucketsOf ?? [], account.email);
  }
  // buckets.get is an operation of Google's, and one that the roles for objects do not include.
  if (part !== 'o') throw notServed();
  requireServed(query, ['prefix', 'maxResults', 'pageToken', 'fields', 'prettyPrint', 'alt']);
  if (!/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) {
    throw new GcsRefusal('json', 400, 'invalid', `Invalid bucket name: '${name}'`);
  }
  const bucket = buckets.find((one) => one.name === name);
  if (!bucket) throw new GcsRefusal('json', 404, 'notFound', 'The specified bucket does not exist.');
  if (!account.rights.some((right) => right.bucket === name && right.actions.includes('list'))) {
    throw new GcsRefusal(
      'json',
      403,
      'forbidden',
      `${account.email} does not have storage.objects.list access to the Google Cloud Storage bucket. Permission 'storage.objects.list' denied on resource (or it may not exist).`,
    );
  }
  if (bucket.requesterPays) {
    const message = 'Bucket is a requester pays bucket but no user project provided.';
    throw new GcsRefusal('json', 400, 'required', message);
  }
  return objectsIn(bucket, query);
}

function objectsIn(bucket: ServedGcsBucket, query: URLSearchParams): GcsAnswer {
  const prefix = query.get('prefix') ?? '';
  const listing = { prefix, delimiter: '', after: afterToken(query), maxKeys: pageLength(query) };
  const { contents, last } = listPage(bucket.store.list(), listing);
  const items = contents.map(({ key, size, modified }) => ({
    kind: 'storage#object',
    name: key,
    bucket: bucket.name,
    // Sizes are 64-bit integers, which JSON has as strings here.
    size: `${size}`,
    updated: modified.toISOString(),
  }));
  return pageAnswer('storage#objects', items, last, query);
}

function bucketsOf(
  query: URLSearchParams,
  buckets: readonly ServedGcsBucket[],
  listable: readonly string[],
  email: string,
): GcsAnswer {
  const project = query.get('project');
  if (project === null) throw new GcsRefusal('json', 400, 'required', 'Required parameter: project');
  if (!listable.includes(project)) {
    throw new GcsRefusal(
      'json',
      403,
      'forbidden',
      `${email} does not have storage.buckets.list access to the Google Cloud project. Permission 'storage.buckets.list' denied on resource (or it may not exist).`,
    );
  }
  const after = afterToken(query);
  const held = buckets
    .filter((bucket) => bucket.project === project && bucket.name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = held.slice(0, pageLength(query));
  const items = page.map(({ name, location }) => ({ kind: 'storage#bucket', id: name, name, location }));
  return pageAnswer('storage#buckets', items, held.length > page.length ? page.at(-1)?.name : undefined, query);
}

function pageAnswer(kind: string, items: readonly unknown[], last: string | undefined, query: URLSearchParams) {
  const page = {
    kind,
    ...(last !== undefined && { nextPageToken: continuationToken(last) }),
    ...(items.length > 0 && { items }),
  };
  return jsonAnswer(200, selected(page, query.get('fields') ?? undefined));
}

function pageLength(query: URLSearchParams): number {
  const asked = Number(query.get('maxResults') ?? mostResults);
  if (!Number.isInteger(asked) || asked < 1) throw invalidArgument();
  return Math.min(asked, mostResults);
}

function afterToken(query: URLSearchParams): string {
  const token = query.get('pageToken');
  if (token === null) return '';
  const name = nameInToken(token);
  if (name === undefined) throw invalidArgument();
  return name;
}

/** Nothing that a request asks for is passed over in silence. */
function requireServed(query: URLSearchParams, known: readonly string[]): void {
  if ([...query.keys()].some((name) => !known.includes(name))) throw notServed();
}

const invalidArgument = (): GcsRefusal => new GcsRefusal('json', 400, 'invalid', 'Invalid argument.');
const notServed = (): GcsRefusal => new GcsRefusal('json', 501, 'notImplemented', 'Not served by this stand-in.');
