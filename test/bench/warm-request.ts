import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { mintApiKey, scopes } from '../../functions/core/api-key.ts';
import { verifyBucket } from '../../functions/dialects/edge-impulse/verify-endpoints.ts';
import { bundle } from '../../infra/bundle.ts';
import { endpointFunction } from '../../infra/declared.ts';
import { loadHandler } from '../../infra/local/runtime/handler.ts';
import { proxyEvent } from '../../infra/local/runtime/proxy-event.ts';
import { type Figure, inTurn, median, timed } from './figures.ts';
import { serve } from './storage-server.ts';

const rounds = 200;
/** Warm request that touches no storage, over the DynamoDB calls it must make, in milliseconds. */
const budget = 5;

/** A request that is authenticated and then refused for its body, over the one read that authenticating takes. */
export async function warmRequest(): Promise<readonly Figure[]> {
  const { key, text } = mintApiKey({ organizationId: 1, scopes }, randomBytes);
  const row = {
    pk: { S: `KEY#${key.id}` },
    sk: { S: 'KEY' },
    id: { S: key.id },
    organizationId: { N: '1' },
    secretHash: { S: key.secretHash },
    scopes: { L: key.scopes.map((scope) => ({ S: scope })) },
  };
  const table = await serve(async (_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ Item: row }));
  });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${table.port}`,
    ACCESS_TABLE: 'access',
    CONNECTIONS_TABLE: 'connections',
    EGRESS_ALLOW: '',
    EGRESS_PORTS: '',
    CONNECT_TO: '',
    EGRESS_CA: '',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const declared = endpointFunction(verifyBucket);
  const { functions, remove } = await bundle([declared]);
  const handler = await loadHandler({
    code: functions.get(declared.name)?.directory ?? '',
    handler: 'index.handler',
  });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const event = requestWith(text);
  try {
    const pairs = await inTurn(
      rounds,
      () => timed(async () => handler(event, {})),
      () => timed(() => client.send(new GetCommand({ TableName: 'access', Key: { pk: row.pk.S, sk: 'KEY' } }))),
    );
    const measured = median(pairs.map(([request, read]) => request - read));
    return [{ what: 'warm request over the read it makes', measured, budget, unit: 'ms' }];
  } finally {
    client.destroy();
    await Promise.all([table.stop(), remove()]);
  }
}

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
