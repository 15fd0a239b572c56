import * as z from 'zod/mini';
import type { Service } from '../service.ts';

const time = z.iso.datetime();

/** Every field of the document and `s3_auth_method`, none more, with the types and the nulls that clients can parse. */
export const config = z.strictObject({
  uid: z.uuid(),
  name: z.string(),
  provider: z.enum(['aws_s3', 'gc_storage']),
  s3_bucket_name: z.nullable(z.string()),
  s3_bucket_region: z.nullable(z.string()),
  s3_bucket_prefix: z.nullable(z.string()),
  s3_is_accelerated: z.boolean(),
  s3_auth_method: z.nullable(z.enum(['access_key', 'iam_role'])),
  gc_storage_bucket_name: z.nullable(z.string()),
  gc_storage_prefix: z.nullable(z.string()),
  is_verified: z.boolean(),
  last_verified_at: z.nullable(time),
  created_at: time,
  updated_at: time,
});
export type Config = z.infer<typeof config>;

const page = z.strictObject({
  next: z.nullable(z.url()),
  previous: z.nullable(z.url()),
  results: z.array(config),
});
const tested = z.union([
  z.strictObject({ verified: z.literal(true) }),
  z.strictObject({ verified: z.literal(false), errors: z.record(z.string(), z.array(z.string())) }),
]);
const setup = z.strictObject({ avala_aws_account_id: z.string().check(z.regex(/^\d{12}$/)), external_id: z.uuid() });
const limits = z.object({ limit: z.int(), remaining: z.int(), reset: z.int() });

/** What the clients throw; they take `detail`, or else the whole body. */
export class AvalaError extends Error {
  override readonly name = 'AvalaError';
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(z.safeParse(z.object({ detail: z.string() }), body).data?.detail ?? JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** What a call threw, but for the message; nothing when it did not. */
export const errorOf = (answer: Promise<unknown>) =>
  answer.then(
    () => undefined,
    (error: unknown) => (error instanceof AvalaError ? { status: error.status, body: error.body } : error),
  );

interface Listing {
  readonly cursor?: string | undefined;
  readonly limit?: number;
  readonly organization?: string;
}

/**
 * The storage configs of Avala's SDKs as they behave on the wire (functions/dialects/README.md): every path ends in a
 * slash, a redirect is a failure, so is an empty 200, an error carries its body, cursors are taken out of `next` and
 * `previous`.
 */
export function avalaClient({ send }: Pick<Service, 'send'>, key: string) {
  let rateLimit: z.infer<typeof limits> | undefined;

  async function call(method: string, path: string, query: Listing = {}, body?: object): Promise<unknown> {
    const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]));
    const search = new URLSearchParams(Object.fromEntries(given));
    const reply = await send(method, `/api/v1/storage-configs/${path}${search.size > 0 ? `?${search}` : ''}`, {
      headers: { 'X-Avala-Api-Key': key },
      body,
    });
    const said = ['limit', 'remaining', 'reset'].flatMap((name) => {
      const value = reply.headers.get(`x-ratelimit-${name}`);
      return value === null ? [] : [[name, Number(value)]];
    });
    rateLimit = said.length === 0 ? undefined : limits.parse(Object.fromEntries(said));
    if (reply.status >= 300) throw new AvalaError(reply.status, reply.body);
    const isEmpty = reply.body === '';
    if (isEmpty !== (reply.status === 204)) throw new Error('An answer of 204 has a body, or another has none.');
    return isEmpty ? undefined : reply.body;
  }

  return {
    async list(query: Listing = {}) {
      const { next, previous, results } = page.parse(await call('GET', '', query));
      const cursorIn = (link: string | null) =>
        link === null ? undefined : (new URL(link).searchParams.get('cursor') ?? undefined);
      return { items: results, next: cursorIn(next), previous: cursorIn(previous), links: { next, previous } };
    },
    create: async (of: object, query: Listing = {}) => config.parse(await call('POST', '', query, of)),
    get: async (uid: string) => config.parse(await call('GET', `${uid}/`)),
    test: async (uid: string) => tested.parse(await call('POST', `${uid}/test/`)),
    setupInfo: async (query: Listing = {}) => setup.parse(await call('GET', 'setup-info/', query)),
    delete: async (uid: string) => void (await call('DELETE', `${uid}/`)),
    /** Of the last answer, where it had some. */
    rateLimit: () => rateLimit,
  };
}
export type AvalaClient = ReturnType<typeof avalaClient>;
