import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SenderService } from '../../../functions/core/access/webhook-sender.ts';
import { Throttled } from '../../../functions/core/ports.ts';
import type { StorageEventMessage } from '../../../functions/core/records/check-ports.ts';
import { endpoints } from '../../../functions/dialects/storage-webhooks/endpoints.ts';
import { declareWebhookEndpoint, maxWebhookBytes } from '../../../functions/http/endpoints/webhook-endpoint.ts';
import { webhookHandler } from '../../../functions/http/endpoints/webhook-handler.ts';
import { startGateway } from '../../../infra/local/runtime/gateway/gateway.ts';
import type { Handler } from '../../../infra/local/runtime/lambda/handler.ts';
import { auditEntry, pushOf, resourceEvent, resourceId, validation } from './sent.ts';

/** What was handed on, and what was asked of tokens. */
let sent: StorageEventMessage[] = [];
let asked: (readonly [SenderService, string])[] = [];
let sending: () => Promise<void>;
let verifying: () => Promise<void>;
beforeEach(() => {
  [sent, asked, sending, verifying] = [[], [], async () => {}, async () => {}];
});
const ports = {
  'webhookSenders.verify': async (service: SenderService, token: string) => {
    asked.push([service, token]);
    await verifying();
    return token === `of-${service}` ? { service, name: 'somebody' } : undefined;
  },
  'storageEvents.send': async (notices: readonly StorageEventMessage[]) => {
    await sending();
    sent.push(...notices);
  },
};

const isHandler = (value: unknown): value is Handler => typeof value === 'function';
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  for (const level of ['info', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
  const handlers = new Map<string, unknown>(
    endpoints.map((endpoint) => [endpoint.name, webhookHandler(endpoint, ports)]),
  );
  gateway = await startGateway({
    routes: endpoints.map(({ name, path }) => ({
      method: 'POST',
      resource: path,
      functionArn: name,
      authorization: 'NONE',
    })),
    gatewayResponses: [],
    invoke: async (name, event) => {
      const handler = handlers.get(name);
      if (!isHandler(handler)) throw new Error('It is no function.');
      return { ok: true, payload: await handler(event, {}) };
    },
    mayInvoke: () => true,
    port: 0,
    host: '127.0.0.1',
    stage: 'test',
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.restoreAllMocks();
  await gateway.stop();
});

async function send(service: SenderService, body: unknown, authorization = `Bearer of-${service}`) {
  const response = await fetch(`${gateway.url}/notices/${service}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
const written = [resourceEvent('ResourceWriteSuccess', resourceId())];
const updated = pushOf(auditEntry('storage.buckets.update'));
const changed = { 'azure-event-grid': written, 'google-pubsub': updated } as const;
const services = ['azure-event-grid', 'google-pubsub'] as const;

describe('a change', () => {
  it('at Azure is handed on, and acknowledged', async () => {
    expect(await send('azure-event-grid', [...written, ...written])).toEqual({ status: 204, body: undefined });
    const detail = { owner: 'azure/holidays', event: 'storage-changed' };
    expect(sent).toEqual([{ source: 'azure.storage', 'detail-type': 'StorageChanged', detail }]);
  });

  it('at Google is handed on, and acknowledged', async () => {
    expect(await send('google-pubsub', updated)).toEqual({ status: 204, body: undefined });
    const detail = { owner: 'google/photos', bucket: 'photos', event: 'storage-changed' };
    expect(sent).toEqual([{ source: 'google.storage', 'detail-type': 'StorageChanged', detail }]);
  });

  it.each(services)('that %s tells of and that cannot be handed on is to be told again', async (service) => {
    sending = () => Promise.reject(new Error('secret'));
    const failed = await send(service, changed[service]);
    expect(failed).toEqual({ status: 500, body: { error: expect.stringMatching(/^Something went wrong/) } });
    sending = () => Promise.reject(new Throttled('a quota', 7));
    expect(await send(service, changed[service])).toMatchObject({ status: 429 });
  });

  it.each([
    ['azure-event-grid', [{ eventType: 'Microsoft.Storage.BlobCreated', subject: '', data: {} }]],
    ['azure-event-grid', []],
    ['google-pubsub', pushOf({ kind: 'storage#object' })],
  ] as const)('of no interest that %s tells of is acknowledged', async (service, body) => {
    // Were anything handed on, it would show.
    sending = () => Promise.reject(new Error('It was handed on.'));
    expect(await send(service, body)).toEqual({ status: 204, body: undefined });
  });
});

it('a subscription of Event Grid’s is answered with its code, for those who may send only', async () => {
  const code = '512d38b6-c7b8-40c8-89fe-f46f9e9622b6';
  const body = [validation(code)];
  expect(await send('azure-event-grid', body)).toEqual({ status: 200, body: { validationResponse: code } });
  expect(await send('azure-event-grid', body, 'Bearer another')).toMatchObject({ status: 401 });
  expect(sent).toEqual([]);
});

describe.each(services)('whoever sends to %s', (service) => {
  it.each(['', 'Bearer', 'Bearer another', `of-${service}`, `Basic of-${service}`, `Bearer of-${service} x`])(
    'with %j is refused before anything is looked at',
    async (authorization) => {
      const refused = { status: 401, body: { error: expect.stringMatching(/^No valid token\./) } };
      for (const body of ['{', changed[service], 'x'.repeat(2 * maxWebhookBytes)]) {
        expect(await send(service, body, authorization)).toEqual(refused);
      }
      expect(sent).toEqual([]);
    },
  );

  it('is asked for by the service’s own name', async () => {
    await send(service, changed[service], 'bearer  another');
    expect(asked).toEqual([[service, 'another']]);
  });

  it('is to come back when nobody can tell who it is', async () => {
    verifying = () => Promise.reject(new Error('secret'));
    expect(await send(service, changed[service])).toMatchObject({ status: 500 });
  });

  it.each([
    ['{', 400],
    ['', 400],
    ['7', 400],
    ['{"x":1}', 400],
    [`"${'x'.repeat(maxWebhookBytes)}"`, 413],
  ])('and is known is told what is wrong with %.10s', async (body, status) => {
    expect(await send(service, body)).toEqual({ status, body: { error: expect.stringMatching(/\.$/) } });
  });

  it('may send more than callers may', async () => {
    const [large] = [JSON.stringify(changed[service])].map((text) => text + ' '.repeat(900_000));
    expect(await send(service, large)).toMatchObject({ status: 204 });
    expect(sent).toHaveLength(1);
  });
});

it('their functions verify senders, hand on, and may do nothing else', () => {
  for (const endpoint of endpoints.map(declareWebhookEndpoint)) {
    expect(endpoint).toMatchObject({
      authorization: 'code',
      method: 'POST',
      needs: ['webhookSenders.verify', 'storageEvents.send'],
    });
  }
});
