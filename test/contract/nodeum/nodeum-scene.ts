import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import type { Reply, Service } from '../service.ts';
import { type Connector, connector, envelope } from './nodeum-client.ts';

/** The demo storage of a running service, or a failure of whoever needs it. */
export function demoOf({ target: { demo } }: Service) {
  if (!demo) throw new Error('The demo storage was not started.');
  return demo;
}

/** A connector for the demo account, with everything that is required and nothing else. */
export function sentTo(service: Service, more: object = {}) {
  const { s3, keys } = demoOf(service);
  return {
    name: 'demo',
    provider: 'generic_s3',
    url: s3.endpoint,
    access_key: keys.s3.accessKey,
    secret_key: keys.s3.secretKey,
    ...more,
  };
}

/** The connector in an answer of this status. */
export function connectorIn(reply: Reply, status = 200): Connector {
  expect([reply.status, reply.body]).toEqual([status, expect.anything()]);
  expect(reply.headers.get('content-type')).toContain('application/json');
  return connector.parse(reply.body);
}

/** Fails unless it is refused in the document's envelope, with these details. */
export function expectRefused(reply: Reply, status: number, details: object, ...messages: readonly RegExp[]): void {
  expect([reply.status, reply.body]).toEqual([
    status,
    { details, messages: messages.map((message) => expect.stringMatching(message)) },
  ]);
  expect(reply.headers.get('content-type')).toContain('application/json');
  envelope.parse(reply.body);
}

/** What is kept, by count: rows and secrets. */
export const keptBy = async ({ stored, target }: Service): Promise<readonly number[]> => [
  (await stored()).length,
  target.wire.observe.secrets().length,
];

const rows = z.array(z.object({ item: z.unknown() }));
const row = z.object({
  id: z.object({ N: z.string() }),
  verification: z.object({ M: z.object({ status: z.object({ S: z.string() }) }) }),
});
const connectorsOf = async ({ stored }: Service) =>
  rows.parse(await stored()).flatMap(({ item }) => row.safeParse(item).data ?? []);

/** How many connectors there are rows of. */
export const connectorsKeptBy = async (service: Service): Promise<number> => (await connectorsOf(service)).length;

/** Waits until the loop has decided, which this API does not show. */
export const expectVerified = (service: Service, id: number, status: 'connected' | 'error'): Promise<void> =>
  vi.waitFor(
    async () => {
      const found = (await connectorsOf(service)).find((one) => one.id.N === String(id));
      expect(found?.verification.M.status.S).toBe(status);
    },
    { timeout: 20_000, interval: 50 },
  );
