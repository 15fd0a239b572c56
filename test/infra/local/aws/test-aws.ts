import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished, vi } from 'vitest';
import * as z from 'zod/mini';
import { type AwsServer, type AwsServerOptions, startAwsServer } from '../../../../infra/local/aws/aws-server.ts';
import type { TemporaryCredentials } from '../../../../infra/local/aws/iam/credentials.ts';
import type { InvokeOutcome } from '../../../../infra/local/aws/invoke.ts';
import type { LocalFunction, LocalTemplate, Role, Statement } from '../../../../infra/local/template/model.ts';

export const account = '000000000000';
export const region = 'us-east-1';

export const emptyTemplate: LocalTemplate = {
  functions: [],
  routes: [],
  gatewayResponses: [],
  roles: [],
  tables: [],
  secrets: [],
  stateMachines: [],
  buses: [],
  rules: [],
  queues: [],
  mappings: [],
};

export function role(name: string, statements: readonly Statement[]): Role {
  return { logicalId: name, id: `AROA${name.toUpperCase()}`, arn: `arn:aws:iam::${account}:role/${name}`, statements };
}

export function allow(actions: string | string[], resources: string | string[] = '*'): Statement {
  return { effect: 'Allow', actions: [actions].flat(), resources: [resources].flat(), conditions: {} };
}

export function lambda(name: string, more: Partial<LocalFunction> = {}): LocalFunction {
  return {
    logicalId: name,
    name,
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    code: '/nowhere',
    handler: 'index.handler',
    environment: {},
    role: '',
    timeoutSeconds: 3,
    memoryMb: 128,
    invokers: [],
    ...more,
  };
}

/** Creates a temporary folder. It is removed after the test, or by `cleanUp` when it is made outside a test. */
export async function temporaryFolder(
  cleanUp: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  cleanUp(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type TestAws = AwsServer & { readonly logged: string[] };

/** Starts a local AWS whose functions return null, unless the options say otherwise. It is stopped after the test. */
export async function startTestAws(
  options: Partial<AwsServerOptions> & Pick<AwsServerOptions, 'template' | 'dataDir'>,
  cleanUp: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<TestAws> {
  const logged: string[] = [];
  const aws = await startAwsServer({
    invoke: async (): Promise<InvokeOutcome> => ({ ok: true, payload: null }),
    log: (line) => logged.push(line),
    asyncRetryDelays: [1, 1],
    ...options,
  });
  cleanUp(() => aws.stop());
  return { ...aws, logged };
}

/** SDK clients with the credentials of a role, or the administrator’s without one. Each is created when read. */
export function clients(aws: AwsServer, roleArn?: string) {
  const config = {
    region,
    endpoint: aws.endpoint,
    credentials: roleArn === undefined ? aws.administrator() : aws.credentialsFor(roleArn),
    maxAttempts: 1,
  };
  return {
    get tables() {
      return new DynamoDBClient(config);
    },
    get secrets() {
      return new SecretsManagerClient(config);
    },
    get machines() {
      return new SFNClient(config);
    },
    get queues() {
      return new SQSClient(config);
    },
  };
}

/** Repeats assertions until they pass, for up to ten seconds. */
export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 10_000, interval: 5 });
}

/** Gives the name of the error that a call fails with, or `succeeded`. */
export async function errorNameOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'succeeded',
    (error: unknown) => (error instanceof Error ? error.name : 'no error'),
  );
}

export interface RawCall {
  /** The signing name. */
  readonly service: string;
  readonly target: string;
  readonly body: unknown;
  readonly credentials?: TemporaryCredentials;
  /** Sent in place of the signed body. */
  readonly sent?: unknown;
  /** Headers that replace the right ones; undefined omits one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/**
 * Calls the local AWS without an SDK, signed by hand
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export async function call(aws: AwsServer, raw: RawCall): Promise<{ status: number; body: Record<string, unknown> }> {
  const { accessKeyId, secretAccessKey, sessionToken } = raw.credentials ?? aws.administrator();
  const body = JSON.stringify(raw.body);
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host: new URL(aws.endpoint).host,
    'x-amz-date': date,
    'x-amz-security-token': sessionToken,
    'x-amz-target': raw.target,
  };
  const names = Object.keys(headers).join(';');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['POST', '/', '', lines.join(''), names, hash(body)].join('\n');
  const scope = `${day}/${region}/${raw.service}/aws4_request`;
  const key = [day, region, raw.service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const sent = Object.entries({ ...headers, authorization, ...raw.headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    headers: sent.map(([name, value]) => [name, value]),
    body: raw.sent === undefined ? body : JSON.stringify(raw.sent),
  });
  return { status: response.status, body: z.parse(z.record(z.string(), z.unknown()), await response.json()) };
}
