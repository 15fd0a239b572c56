import { describe, expect, it, vi } from 'vitest';
import type { Functions } from '../../../../../infra/local/runtime/lambda/function-pool.ts';
import { functionOf } from './function-fixture.ts';
import { handler, patiently, run } from './run-function.ts';

describe('the environment', () => {
  it('is the given one and what Lambda sets, and nothing of the host', async () => {
    const before = { ...process.env };
    process.env['AWS_ACCESS_KEY_ID'] = 'of the person';
    process.env['AWS_PROFILE'] = 'of the person';
    process.env['SOMETHING_ELSE'] = 'of the person';
    try {
      const { call } = run(functionOf(handler('process.env')), {
        given: { TABLE: 'connections', AWS_SESSION_TOKEN: 't' },
      });
      const outcome = await call();
      const environment = outcome.ok ? (outcome.payload as Record<string, string>) : {};
      expect(Object.values(environment)).not.toContain('of the person');
      expect(environment).toMatchObject({
        TABLE: 'connections',
        AWS_SESSION_TOKEN: 't',
        AWS_REGION: 'eu-west-3',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_FUNCTION_NAME: 'fixture',
        _HANDLER: 'index.handler',
      });
      const known =
        /^(AWS_|LAMBDA_TASK_ROOT$|_HANDLER$|_X_AMZN_TRACE_ID$|TABLE$|PATH$|TZ$|LANG$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/;
      expect(Object.keys(environment).filter((name) => !known.test(name))).toEqual([]);
    } finally {
      process.env = before;
    }
  });

  it('of one thread is not that of another', async () => {
    const { call } = run(
      functionOf(`export const handler = async (event) => {
        const seen = process.env.SEEN; process.env.SEEN = event.name;
        await new Promise((resolve) => setTimeout(resolve, event.wait));
        return { seen, now: process.env.SEEN };
      };`),
    );
    const [first, second] = await Promise.all([call({ name: 'a', wait: 100 }), call({ name: 'b', wait: 100 })]);
    expect(first).toEqual({ ok: true, payload: { now: 'a' } });
    expect(second).toEqual({ ok: true, payload: { now: 'b' } });
    expect(process.env['SEEN']).toBeUndefined();
  });
});

describe('threads', () => {
  const identity = `const id = Math.random();
    export const handler = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, event.wait ?? 0));
      return id;
    };`;
  const payloadOf = (outcome: Awaited<ReturnType<Functions['invoke']>>) => (outcome.ok ? outcome.payload : outcome);

  it('serve one call at a time each, and are used again', async () => {
    const { functions, call } = run(functionOf(identity));
    const [a, b] = (await Promise.all([call({ wait: 50 }), call({ wait: 50 })])).map(payloadOf);
    expect(a).not.toEqual(b);
    expect(functions.running()).toEqual({ fixture: 2 });
    const later = [payloadOf(await call()), payloadOf(await call())];
    expect([a, b]).toContain(later[0]);
    expect(later[1]).toBe(later[0]);
    expect(functions.running()).toEqual({ fixture: 2 });
  });

  it('are bounded; calls beyond that wait and are all answered', async () => {
    const { functions, call } = run(functionOf(identity));
    const answers = (await Promise.all(Array.from({ length: 25 }, () => call({ wait: 20 })))).map(payloadOf);
    expect(answers.every((answer) => typeof answer === 'number')).toBe(true);
    expect(new Set(answers).size).toBeLessThanOrEqual(10);
    expect(functions.running()['fixture']).toBeLessThanOrEqual(10);
  });

  it('are ended when idle, and started again when needed', async () => {
    const { functions, call } = run(functionOf(identity), { idleSeconds: 0.05 });
    const first = payloadOf(await call());
    await vi.waitFor(() => expect(functions.running()).toEqual({}), patiently);
    expect(payloadOf(await call())).not.toEqual(first);
  });

  it('end with the target, whatever they are doing', async () => {
    const { functions, call } = run(functionOf(identity));
    const [running, other] = [call({ wait: 60_000 }), call({ wait: 60_000 })];
    await vi.waitFor(() => expect(functions.running()).toEqual({ fixture: 2 }), patiently);
    await functions.stop();
    expect(await running).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await other).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await call()).toMatchObject({ ok: false, errorType: 'ServiceException' });
    expect(functions.running()).toEqual({});
  });
});
