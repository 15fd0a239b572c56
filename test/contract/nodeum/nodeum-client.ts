import * as z from 'zod/mini';
import type { Reply, Service } from '../service.ts';

/** The document's `cloud_connector` as the clients' models take it: no null anywhere, an id that fits 32 bits. */
export const connector = z.strictObject({
  id: z.int().check(z.positive(), z.maximum(2 ** 31 - 1)),
  name: z.string(),
  url: z.string(),
  url_proxy: z.optional(z.string()),
  provider: z.enum([
    'generic_s3',
    'amazon_aws_s3',
    'cloudian_hyperstore',
    'scality_ring',
    'dell_emc_ecs',
    'azure',
    'google_cloud_storage',
    'openstack_swift',
    'wasabi',
    'quantum_activescale',
    'datacore_swarm',
  ]),
  region: z.optional(z.string()),
  access_key: z.string(),
  secret_key: z.optional(z.string()),
  options: z.optional(z.string()),
});
export type Connector = z.infer<typeof connector>;
export const collection = z.strictObject({ count: z.int(), cloud_connectors: z.array(connector) });

/** `active_job_status`; `message` is the service's own. */
export const jobStatus = z.strictObject({
  job_id: z.string(),
  status: z.enum(['queued', 'working', 'completed', 'failed']),
  progress: z.optional(z.int()),
  total: z.optional(z.int()),
  message: z.optional(z.string()),
});
/** `cloud_bucket_simple_collection`, without what there is none of. */
export const buckets = z.strictObject({
  cloud_buckets: z.array(
    z.strictObject({
      id: z.int(),
      name: z.string(),
      file_count: z.optional(z.int()),
      file_size_sum: z.optional(z.int()),
      location: z.optional(z.string()),
    }),
  ),
});
/** `error`. */
export const envelope = z.strictObject({
  details: z.record(
    z.string(),
    z.array(
      z.discriminatedUnion('error', [
        z.strictObject({ error: z.enum(['blank', 'frozen', 'not_found']) }),
        z.strictObject({
          error: z.enum(['taken', 'invalid']),
          value: z.optional(z.union([z.string(), z.number(), z.boolean()])),
        }),
        z.strictObject({ error: z.enum(['too_short', 'too_long']), count: z.int() }),
      ]),
    ),
  ),
  messages: z.array(z.string()).check(z.minLength(1)),
});

/** What is particular to one of the public clients on the wire (functions/dialects/README.md). */
export interface Habits {
  authorization(key: string): string;
  /** How a name gets into a path. */
  escaped(name: string): string;
  readonly sortSeparator: '|' | ',';
  /** Sent in a list without a value. */
  readonly emptyFilters: readonly string[];
  readonly afterBody: '' | '\n';
  readonly contentType: 'with a body' | 'always';
}

/** A key that reads `<prefix>_<id>_<secret>` is a user and a password when it is parted. */
const basic = (key: string): string => {
  const at = key.lastIndexOf('_');
  return `Basic ${btoa(`${key.slice(0, at)}:${key.slice(at + 1)}`)}`;
};

/** None of the clients is on npm, so each is taken by what it puts on the wire. */
export const clients = {
  JavaScript: {
    authorization: (key) => key,
    escaped: encodeURIComponent,
    sortSeparator: '|',
    emptyFilters: [],
    afterBody: '',
    contentType: 'with a body',
  },
  Python: {
    authorization: basic,
    escaped: encodeURIComponent,
    sortSeparator: ',',
    emptyFilters: [],
    afterBody: '',
    contentType: 'always',
  },
  Go: {
    authorization: (key) => `Bearer ${key}`,
    escaped: (name) => name,
    sortSeparator: '|',
    emptyFilters: ['url_proxy'],
    afterBody: '\n',
    contentType: 'with a body',
  },
} satisfies Readonly<Record<string, Habits>>;

export const base = '/api/v2/cloud_connectors';

/** What a client calls, answers included; statuses are for the caller to look at. */
export function nodeumClient(service: Service, habits: Habits, key = service.target.seeded.key) {
  const { authorization, escaped, sortSeparator, emptyFilters, afterBody, contentType } = habits;
  const send = (method: string, path: string, body?: unknown): Promise<Reply> => {
    const withType = contentType === 'always' || (contentType === 'with a body' && body !== undefined);
    return service.send(method, base + path, {
      headers: {
        authorization: authorization(key),
        accept: 'application/json',
        ...(withType && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: (typeof body === 'string' ? body : JSON.stringify(body)) + afterBody }),
    });
  };
  const at = (id: number | string) => `/${escaped(String(id))}`;
  return {
    send,
    list(filters: Readonly<Record<string, string | number>> = {}, sortBy: readonly string[] = []): Promise<Reply> {
      const query = Object.entries({
        ...Object.fromEntries(emptyFilters.map((name) => [name, ''])),
        ...filters,
        ...(sortBy.length > 0 && { sort_by: sortBy.join(sortSeparator) }),
      }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      return send('GET', query.length > 0 ? `?${query.join('&')}` : '');
    },
    create: (body: unknown): Promise<Reply> => send('POST', '', body),
    show: (id: number | string): Promise<Reply> => send('GET', at(id)),
    update: (id: number | string, body: unknown): Promise<Reply> => send('PUT', at(id), body),
    destroy: (id: number | string): Promise<Reply> => send('DELETE', at(id)),
    test: (body: unknown): Promise<Reply> => send('PUT', '/-/test', body),
    testResult: (jobId: string): Promise<Reply> => send('GET', `/-/test?job_id=${encodeURIComponent(jobId)}`),
  };
}
export type NodeumClient = ReturnType<typeof nodeumClient>;
