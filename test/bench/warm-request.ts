import { randomBytes } from 'node:crypto';
import { text as bodyOf } from 'node:stream/consumers';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type ApiKey, mintApiKey } from '../../functions/core/access/api-key.ts';
import { scopes } from '../../functions/core/access/scope.ts';
import { verifyBucket } from '../../functions/dialects/edge-impulse/verify-bucket/endpoint.ts';
import { declareEndpoint } from '../../functions/http/endpoints/endpoint.ts';
import { bundle } from '../../infra/bundle/bundle.ts';
import { endpointFunction } from '../../infra/functions/declarations.ts';
import { proxyEvent } from '../../infra/local/runtime/gateway/proxy-event.ts';
import { loadHandler } from '../../infra/local/runtime/lambda/handler.ts';
import { functionEnvironment } from './environment.ts';
import { type Figure, inTurn, median, timed } from './figures.ts';
import { serve } from './storage-server.ts';

const rounds = 200;
/** Warm request that touches no storage, over the DynamoDB calls it must make, in milliseconds. */
const budget = 5;

/** A request that is authenticated and then refused for its body, over the calls to DynamoDB that it makes. */
export async function warmRequest(): Promise<readonly Figure[]> {
  const of = { name: 'bench', organizations: [1], scopes, createdAt: 0, createdBy: 'bench' } as const;
  const { key, text } = mintApiKey(of, randomBytes);
  const rows = new Map<string, object>([
    [`KEY#${key.id}`, keyItem(key)],
    ['ORG#1', organizationItem],
  ]);
  let calls = 0;
  const table = await serve(async (_, response, request) => {
    calls++;
    const { Key } = called.parse(JSON.parse(await bodyOf(request)));
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ Item: rows.get(Key?.pk.S ?? '') }));
  });
  Object.assign(process.env, environment, { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${table.port}` });
  const declaredFunction = endpointFunction(declareEndpoint(verifyBucket));
  const { functions, remove } = await bundle([declaredFunction]);
  // The function's own log lines are part of what is measured, and of no use to who reads the figures.
  const { info } = console;
  console.info = () => {};
  const handler = await loadHandler({
    code: functions.get(declaredFunction.name)?.directory ?? '',
    handler: 'index.handler',
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const event = requestWith(text);
  const read = () => client.send(new GetCommand({ TableName: 'access', Key: { pk: 'ORG#1', sk: 'ORG' } }));
  let made = 0;
  try {
    const { statusCode } = answered.parse(await handler(event, {}));
    if (statusCode !== 400) throw new Error(`The request was answered with ${statusCode}.`);
    const pairs = await inTurn(
      rounds,
      async () => {
        const before = calls;
        const request = await timed(async () => handler(event, {}));
        made = calls - before;
        return request;
      },
      // What was read a moment ago is remembered, so that requests differ in how many calls they make.
      () =>
        timed(async () => {
          for (let call = 0; call < made; call++) await read();
        }),
    );
    const measured = median(pairs.map(([request, reads]) => request - reads));
    return [{ what: 'warm request over the calls to DynamoDB it makes', measured, budget, unit: 'ms' }];
  } finally {
    console.info = info;
    client.destroy();
    await Promise.all([table.stop(), remove()]);
  }
}

const called = z.object({ Key: z.optional(z.object({ pk: z.object({ S: z.string() }) })) });
const answered = z.object({ statusCode: z.int() });

const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  ...functionEnvironment,
};

const keyItem = ({ id, name, secretHash, createdBy }: ApiKey) => ({
  id: { S: id },
  name: { S: name },
  organizations: { L: [{ N: '1' }] },
  secretHash: { S: secretHash },
  scopes: { L: scopes.map((scope) => ({ S: scope })) },
  createdAt: { N: '0' },
  createdBy: { S: createdBy },
});

const organizationItem = {
  id: { N: '1' },
  slug: { S: 'bench' },
  name: { S: 'Bench' },
  externalId: { S: '00000000-0000-4000-8000-000000000000' },
  cursorKey: { S: '' },
  createdAt: { N: '0' },
};

/** A verify request without a body. */
const requestWith = (key: string) =>
  proxyEvent(
    {
      method: 'POST',
      path: '/v1/api/organizations/1/buckets/verify',
      query: [],
      headers: [['x-api-key', key]],
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      port: 1,
      requestId: 'bench',
      extendedRequestId: 'bench',
      traceId: 'bench',
      receivedAt: new Date(),
    },
    { resource: verifyBucket.path },
    { organizationId: '1' },
    undefined,
    { stage: 'bench', accountId: '000000000000' },
  );
