import type { JWT } from 'google-auth-library/build/src/auth/jwtclient.js';
import * as z from 'zod/mini';
import { diagnose } from '../../core/diagnosis/diagnosis.ts';
import type { ServiceAccountKey } from '../../core/storage/credential.ts';
import type { ListPage, StorageAnswer } from '../../core/storage/storage.ts';
import { parseTimestamp } from '../../core/validation/parse-timestamp.ts';
import type { Way } from '../egress/egress.ts';
import { type NetworkFailure, networkFailure } from '../network-failure.ts';
import { type BucketPage, bucketPageSize, listPage, pageSize } from '../normalize-listing.ts';
import { diagnoseApiRefusal, diagnoseTokenRefusal, type GcsRefusal } from './gcs-diagnosis.ts';

/** The two calls of the JSON API that are made, under one service account. */
export interface GcsApi {
  listObjects(bucket: string, prefix: string, continuation: string | undefined): Promise<StorageAnswer<ListPage>>;
  listBuckets(project: string, continuation: string | undefined): Promise<StorageAnswer<BucketPage>>;
}

const readOnly = 'https://www.googleapis.com/auth/devstorage.read_only';

/** `fields` keeps the kind in the answer: nothing else tells an empty listing from any other JSON. */
const objectList = z.object({
  kind: z.literal('storage#objects'),
  // An odd detail of an object is no reason not to take the listing.
  items: z.optional(
    z.array(
      z.object({ name: z.optional(z.unknown()), size: z.optional(z.unknown()), updated: z.optional(z.unknown()) }),
    ),
  ),
  nextPageToken: z.optional(z.string()),
});
const bucketList = z.object({
  kind: z.literal('storage#buckets'),
  items: z.optional(z.array(z.object({ name: z.optional(z.unknown()), location: z.optional(z.unknown()) }))),
  nextPageToken: z.optional(z.string()),
});

/**
 * The API at one of Google's own hosts (`gcsHost`). The token comes from Google's one token endpoint, which is part of
 * the library and not of the key file.
 */
export function gcsApi(host: string, credential: ServiceAccountKey, way: Way): GcsApi {
  let opened: Promise<JWT> | undefined;
  const failed = (code: NetworkFailure) => ({ ok: false, diagnosis: diagnose(code) }) as const;

  const get = async <S extends z.ZodMiniType>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: S,
    asked: 'bucket' | 'account',
  ): Promise<StorageAnswer<z.infer<S>>> => {
    opened ??= guardedClient(credential, way);
    const client = await opened;
    try {
      const { token } = await client.getAccessToken();
      if (typeof token !== 'string' || token === '') return failed('not-a-storage-api');
    } catch (error) {
      return failed(failureIn(error, way, diagnoseTokenRefusal));
    }
    try {
      const url = `https://${host}/storage/v1/${path}?${new URLSearchParams(query)}`;
      const { data } = await client.request<unknown>({ url, responseType: 'json' });
      const read = z.safeParse(schema, data);
      return read.success ? { ok: true, value: read.data } : failed('not-a-storage-api');
    } catch (error) {
      return failed(failureIn(error, way, (refusal) => diagnoseApiRefusal(refusal, asked)));
    }
  };
  return {
    async listObjects(bucket, prefix, continuation) {
      const query = {
        fields: 'kind,items(name,size,updated),nextPageToken',
        maxResults: `${pageSize}`,
        ...(prefix !== '' && { prefix }),
        ...(continuation !== undefined && { pageToken: continuation }),
      };
      const answer = await get(`b/${encodeURIComponent(bucket)}/o`, query, objectList, 'bucket');
      if (!answer.ok) return answer;
      const { items = [], nextPageToken } = answer.value;
      const listed = items.map(({ name, size, updated }) => ({
        key: typeof name === 'string' ? name : undefined,
        size: Number(size),
        modifiedAt: typeof updated === 'string' ? parseTimestamp(updated) : undefined,
      }));
      return { ok: true, value: listPage(listed, nextPageToken) };
    },
    async listBuckets(project, continuation) {
      const query = {
        project,
        fields: 'kind,items(name,location),nextPageToken',
        maxResults: `${bucketPageSize}`,
        ...(continuation !== undefined && { pageToken: continuation }),
      };
      const answer = await get('b', query, bucketList, 'account');
      if (!answer.ok) return answer;
      const { items = [], nextPageToken } = answer.value;
      // Locations are regions in capitals; everywhere else they are written small.
      const buckets = items.flatMap(({ name, location }) =>
        typeof name === 'string'
          ? [{ name, ...(typeof location === 'string' && { region: location.toLowerCase() }) }]
          : [],
      );
      return { ok: true, value: { buckets, ...(nextPageToken && { next: nextPageToken }) } };
    },
  };
}

/**
 * Google's client for service accounts, alone: what looks for credentials in the environment, in files and at metadata
 * servers is not even loaded. It gets the guarded agents, which also keeps it from using the environment's proxies,
 * follows no redirect, repeats nothing, and asks for nothing compressed, so that the egress counts all the bytes.
 */
async function guardedClient({ clientEmail, privateKey }: ServiceAccountKey, way: Way): Promise<JWT> {
  // By its default: a bundler gives a CommonJS module no other export.
  const { default: library } = await import('google-auth-library/build/src/auth/jwtclient.js');
  const transport = {
    agent: way.httpsAgent,
    signal: way.signal,
    redirect: 'manual',
    retryConfig: { shouldRetry: () => false },
    // The library hands its options on to node-fetch, though its type does not name this one.
    compress: false,
  } as const;
  return new library.JWT({
    email: clientEmail,
    key: privateKey,
    scopes: [readOnly],
    universeDomain: 'googleapis.com',
    // These would have it log what is sent and answered, when the environment says so.
    useAuthRequestParameters: false,
    transporterOptions: transport,
  });
}

/** What the library's errors have in common once there was an answer. */
const answered = z.object({ response: z.object({ status: z.number(), data: z.unknown() }) });

function failureIn(error: unknown, way: Way, diagnoseRefusal: (refusal: GcsRefusal) => NetworkFailure): NetworkFailure {
  const read = z.safeParse(answered, error);
  // The library takes `code` from the body of an answer as well; only without an answer is it the network's.
  const failure = networkFailure(read.success ? undefined : error, way.signal);
  if (failure) return failure;
  // What else fails is the library, on an answer that is not Google's.
  if (!read.success) return 'not-a-storage-api';
  const { status, data } = read.data.response;
  return diagnoseRefusal({ status, body: data });
}
