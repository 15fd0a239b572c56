import { SignatureV4 } from '@smithy/signature-v4';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { scopes } from '../../functions/core/access/scope.ts';
import { Sha256 } from '../../infra/local/aws/iam/sha256.ts';
import type { Reply, Service } from './service.ts';

/** One request to the operator's API. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  /** As it is sent. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
}

/** What AWS gives to sign with; the local target's administrator is its operator. */
type Credentials = ReturnType<Service['target']['wire']['administrator']>;

/** Sends a request signed for the API (Signature Version 4), by the operator unless by somebody else. */
export async function signed(
  { target, send }: Service,
  { method, path, query = {}, body }: Ask,
  credentials: Credentials = target.wire.administrator(),
): Promise<Reply> {
  const { host, hostname, protocol } = new URL(target.url);
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'execute-api', sha256: Sha256 });
  const { headers } = await signer.sign({
    ...{ method, protocol, hostname, path, query: { ...query }, body: content },
    headers: { host, ...(content !== undefined && { 'content-type': 'application/json' }) },
  });
  // The same again, from the address.
  const { host: _, ...rest } = headers;
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return send(method, [path, ...(search.length > 0 ? [search.join('&')] : [])].join('?'), {
    headers: rest,
    ...(content !== undefined && { body: content }),
  });
}

const organization = z.object({ id: z.int(), slug: z.string(), externalId: z.string() });
const organizations = z.array(organization);
const key = z.object({ id: z.string(), key: z.string() });
const page = z.looseObject({ next: z.nullable(z.string()) });

/** Reads an answer that holds organizations. */
export const readOrganization = (body: unknown) => organization.parse(body);
export const readOrganizations = (body: unknown) => organizations.parse(body);

/** The operator of a running service, who remembers every key they made and every answer they got. */
export function operatorOf(service: Service) {
  const secrets: string[] = [];
  const answers: unknown[] = [];

  async function call(method: Ask['method'], path: string, given: Pick<Ask, 'query' | 'body'> = {}): Promise<Reply> {
    const reply = await signed(service, { method, path: `/admin${path}`, ...given });
    const made = key.safeParse(reply.body);
    if (made.success && reply.status === 201) secrets.push(made.data.key.slice(-32));
    else answers.push(reply.body);
    return reply;
  }
  const get = (path: string, query?: Ask['query']) => call('GET', path, query && { query });
  const post = (path: string, body?: unknown) => call('POST', path, { body });

  return {
    call,
    get,
    post,
    /** A new organization with this slug. */
    async newOrganization(slug: string) {
      const { status, body } = await post('/organizations', { name: `The ${slug}`, slug });
      expect([status, body]).toEqual([201, expect.objectContaining({ slug })]);
      return organization.parse(body);
    },
    /** A new key, with every scope unless there is something else in the body. */
    async newKey(home: string | number, body: object = {}) {
      const reply = await post(`/organizations/${home}/keys`, { name: 'for a test', scopes, ...body });
      expect([reply.status, reply.body]).toEqual([201, expect.objectContaining({ name: 'for a test' })]);
      return { ...key.parse(reply.body), body: reply.body };
    },
    /** All pages of a list, one after the other. */
    async pages(path: string, name: string, query: Readonly<Record<string, string>> = {}) {
      const all: (readonly unknown[])[] = [];
      for (let after: string | null | undefined; after !== null; ) {
        const { status, body } = await get(path, { ...query, ...(after !== undefined && { after }) });
        expect(status).toBe(200);
        const { next, ...rest } = page.parse(body);
        all.push(z.array(z.unknown()).parse(rest[name]));
        expect(all.length).toBeLessThan(20);
        after = next;
      }
      return all;
    },
    /** Fails if the secret of a key is anywhere but in the answer of its creation. */
    async expectNoSecret() {
      const { wire, logs } = service.target;
      const { rows, executions, events, secrets: vault } = wire.observe;
      const kept = JSON.stringify([answers, logs(), await rows(), executions(), events(), vault()]);
      expect(secrets.length).toBeGreaterThan(5);
      for (const secret of secrets) expect(kept.includes(secret)).toBe(false);
    },
  };
}
export type OperatorApi = ReturnType<typeof operatorOf>;
