import type { APIGatewayProxyEvent } from 'aws-lambda';
import { afterEach } from 'vitest';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { type Gateway, startGateway } from '../../../../../infra/local/runtime/gateway/gateway.ts';
import type { Authorize } from '../../../../../infra/local/runtime/gateway/iam-authorization.ts';
import type { GatewayResponse, Route } from '../../../../../infra/local/template/model.ts';
import { rawRequest } from './raw-http.ts';

/** Those that are still to be stopped; a test that stops one itself takes it out. */
export const gateways: Gateway[] = [];
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()));
});

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:fixture';
const route = (method: string, resource: string, authorization: Route['authorization'] = 'NONE'): Route => ({
  method,
  resource,
  functionArn,
  authorization,
});
const allRoutes = [
  route('POST', '/v1/things/{thingId}'),
  route('GET', '/v1/things/{thingId}'),
  route('GET', '/v1/things'),
  route('GET', '/v1/signed/{thingId}', 'AWS_IAM'),
  route('POST', '/v1/signed/{thingId}', 'AWS_IAM'),
];

interface Changes {
  /** What the function answers; by default the event it was given. */
  readonly answer?: (event: APIGatewayProxyEvent) => InvokeOutcome | Promise<InvokeOutcome>;
  readonly gatewayResponses?: readonly GatewayResponse[];
  readonly mayInvoke?: boolean;
  readonly authorize?: Authorize;
  readonly apiId?: string;
  readonly integrationTimeoutMs?: number;
}

/** A gateway before one function, which is a stand-in here: the real ones are tested with the threads they run in. */
export async function serve({ answer = echo, gatewayResponses = [], mayInvoke = true, ...rest }: Changes = {}) {
  const problems: string[] = [];
  const invoked: string[] = [];
  const gateway = await startGateway({
    routes: allRoutes,
    gatewayResponses,
    mayInvoke: () => mayInvoke,
    invoke: async (arn, event) => {
      invoked.push(arn);
      return answer(event as APIGatewayProxyEvent);
    },
    port: 0,
    host: '127.0.0.1',
    stage: 'prod',
    onProblem: (line) => problems.push(line),
    ...rest,
  });
  gateways.push(gateway);
  const raw = (lines: readonly string[], body?: Buffer | string) => rawRequest(gateway.url, lines, body);
  return { url: gateway.url, raw, problems, invoked };
}

const echo = (event: APIGatewayProxyEvent): InvokeOutcome => answers({ body: JSON.stringify(event) });
export const answers = (payload: unknown): InvokeOutcome => ({ ok: true, payload });
export const eventIn = (body: string): APIGatewayProxyEvent => JSON.parse(body);
