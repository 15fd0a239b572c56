import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import * as z from 'zod/mini';
import { type LocalTarget, type LocalTargetOptions, startLocalTarget } from '../../infra/local/local-target.ts';
import { canary, expectNoCanary } from './canary.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; the text itself where it is none. */
  readonly body: unknown;
}

/** Limits that no suite meets unless it sets its own. */
const plenty = { LimitPerKey: '60000', LimitPerOrganization: '60000', LimitPerHost: '60000' } as const;
const keyed = z.object({ item: z.object({ pk: z.object({ S: z.string() }) }) });
const kept = /^(?:AUDIT|LIMIT|USE|HISTORY|EVENTS)#/;

/** The deployment running in a directory of its own, and everything it ever answered. */
export interface Service {
  readonly target: LocalTarget;
  /** Sends a request as it is given; a body that is no text is sent as JSON. */
  send(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Reply>;
  /** Posts JSON to Edge Impulse's verify call with the organization's key. */
  verify(body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** The rows there are, but for what stays: trails, histories, what was announced, limits, the use of keys. */
  stored(): Promise<readonly unknown[]>;
  /** Fails if a canary is in an answer, log line, row, event, message, execution's history or a secret left over. */
  expectNoLeak(): Promise<void>;
  stop(): Promise<void>;
}

export async function startService(options: Partial<LocalTargetOptions> = {}): Promise<Service> {
  const dataDir = await mkdtemp(join(tmpdir(), 'service-'));
  const target = await startLocalTarget({
    assembly: inject('assembly'),
    // The suites of a run have their functions compiled once.
    compileCache: `${inject('assembly')}-compiled`,
    dataDir,
    port: 0,
    demo: { errorMessage: canary.remote },
    ...options,
    parameters: { ...plenty, ...options.parameters },
  });
  const answers: Reply[] = [];

  const send: Service['send'] = async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(target.url + path, {
      method,
      headers: { ...(typeof body === 'object' && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const reply = { status: response.status, headers: response.headers, body: parsed(await response.text()) };
    answers.push(reply);
    return reply;
  };

  return {
    target,
    send,
    verify: (body, headers = {}) =>
      send('POST', `/v1/api/organizations/${target.seeded.organizationId}/buckets/verify`, {
        body,
        headers: { 'content-type': 'application/json', 'x-api-key': target.seeded.key, ...headers },
      }),
    stored: async () => (await target.wire.observe.rows()).filter((row) => !kept.test(keyed.parse(row).item.pk.S)),
    async expectNoLeak() {
      const { observe } = target.wire;
      expectNoCanary({
        answers: answers.map(({ headers, body }) => ({ headers: [...headers], body })),
        logs: target.logs(),
        rows: await observe.rows(),
        // An execution that an earlier run left behind has told its end then.
        'executions and events': [...observe.executions(), ...observe.events()],
        queues: observe.queues(),
        // The one secret that stays is the deployment's own.
        secrets: observe.secrets(),
      });
    },
    async stop() {
      await target.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
