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
import { type AwsWire, type AwsWireOptions, startAwsWire } from '../../../../infra/local/aws/aws-server.ts';
import type { WireCredentials } from '../../../../infra/local/aws/iam/credentials.ts';
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

/** A folder that is gone after the test (or the file, when made outside one). */
export async function temporaryFolder(
  cleanUp: (remove: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aws-wire-'));
  cleanUp(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type TestWire = AwsWire & { readonly logged: string[] };

/** A wire that nothing is wired to, unless the options say so; stopped after the test. */
export async function startWire(
  options: Partial<AwsWireOptions> & Pick<AwsWireOptions, 'template' | 'dataDir'>,
  cleanUp: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<TestWire> {
  const logged: string[] = [];
  const wire = await startAwsWire({
    invoke: async (): Promise<InvokeOutcome> => ({ ok: true, payload: null }),
    log: (line) => logged.push(line),
    asyncRetryDelays: [1, 1],
    ...options,
  });
  cleanUp(() => wire.stop());
  return { ...wire, logged };
}

/** SDK clients that find the wire as a function’s would, made when asked for; without a role, the administrator’s. */
export function clients(wire: AwsWire, roleArn?: string) {
  const config = {
    region,
    endpoint: wire.endpoint,
    credentials: roleArn === undefined ? wire.administrator() : wire.credentialsFor(roleArn),
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

/** Waits for what is to come true soon, however busy the machine is. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 10_000, interval: 5 });
}

/** The name of the error that a call fails with; `answered` when it does not. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error ? error.name : 'no error'),
  );
}

export interface RawCall {
  /** Name that clients sign for. */
  readonly service: string;
  readonly target: string;
  readonly body: unknown;
  readonly credentials?: WireCredentials;
  /** What is sent instead of the signed body. */
  readonly sent?: unknown;
  /** Headers put in place of the right ones; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Calls the wire without an SDK, signed by hand as the Signature Version 4 documentation describes. */
export async function call(wire: AwsWire, raw: RawCall): Promise<{ status: number; body: Record<string, unknown> }> {
  const { accessKeyId, secretAccessKey, sessionToken } = raw.credentials ?? wire.administrator();
  const body = JSON.stringify(raw.body);
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host: new URL(wire.endpoint).host,
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
  const response = await fetch(wire.endpoint, {
    method: 'POST',
    headers: sent.map(([name, value]) => [name, value]),
    body: raw.sent === undefined ? body : JSON.stringify(raw.sent),
  });
  return { status: response.status, body: z.parse(z.record(z.string(), z.unknown()), await response.json()) };
}
