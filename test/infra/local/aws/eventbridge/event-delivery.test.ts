import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEventBridge } from '../../../../../infra/local/aws/eventbridge/event-bridge.ts';
import { createSchedules } from '../../../../../infra/local/aws/eventbridge/schedules.ts';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import type { EventTarget } from '../../../../../infra/local/template/model.ts';
import { eventually, startTestAws, temporaryFolder } from '../test-aws.ts';
import { closedFunction, createRule, env, listenerTarget, queueArn, template } from './event-scene.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('a queue as a rule’s target', () => {
  const refusing: EventTarget = { arn: queueArn('closed'), kind: 'queue', deadLetterArn: queueArn('dead') };
  const targets: readonly EventTarget[] = [
    { arn: queueArn('open'), kind: 'queue' },
    refusing,
    { ...refusing, deadLetterArn: queueArn('closed') },
    { arn: queueArn('missing'), kind: 'queue' },
    { arn: closedFunction.arn, kind: 'function', deadLetterArn: queueArn('dead') },
  ];

  it('has the event before publishing returns, and a refused event goes to the dead-letter queue', () => {
    const rule = createRule('to-queues', 'default', targets);
    const sent: unknown[] = [];
    const logged: string[] = [];
    const bridge = openEventBridge({
      ...{ template: { ...template, rules: [rule] }, env, retryDelays: [1, 1] },
      invoke: async () => ({ ok: true, payload: null }),
      sendFromRule: (arn, body, ruleArn) => {
        if (arn === queueArn('missing')) return 'no-queue';
        if (arn === queueArn('closed')) return 'refused';
        sent.push([arn, JSON.parse(body), ruleArn]);
        return 'sent';
      },
      log: (line) => logged.push(line),
    });
    const event = { source: 'app', detail: { n: 1 } };
    void bridge.publish(event);
    expect(sent).toEqual([
      [queueArn('open'), event, rule.arn],
      [queueArn('dead'), event, rule.arn],
      [queueArn('dead'), event, rule.arn],
    ]);
    expect(bridge.observe()[0]?.deliveries.map(({ outcome }) => outcome)).toEqual([
      'delivered',
      'dead letter',
      'refused',
      'refused',
      'dead letter',
    ]);
    expect(logged).toHaveLength(2);
  });
});

describe('a scheduled rule', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs every period after its start, except while the previous run is in progress', async () => {
    vi.useFakeTimers();
    const runs: PromiseWithResolvers<void>[] = [];
    const run = () => {
      const underway = Promise.withResolvers<void>();
      runs.push(underway);
      return underway.promise;
    };
    const schedules = createSchedules({ rules: template.rules, env, run });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(runs).toHaveLength(0);

    schedules.start();
    await vi.advanceTimersByTimeAsync(59_999);
    expect(runs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(180_001);
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    schedules.stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(runs).toHaveLength(2);
  });

  it('runs by itself on a local AWS with running schedules', async () => {
    const rules = [createRule('often', 'default', [listenerTarget], { everySeconds: 0.01 })];
    const options = { template: { ...template, rules }, dataDir: await temporaryFolder() };
    const running = await startTestAws({ ...options, schedules: 'running' });
    await eventually(() => expect(running.observe.events().length).toBeGreaterThan(1));
  });
});

it('EventBridge waits for deliveries in progress when it closes, up to the grace period', async () => {
  const closeWithin = async (graceMs: number) => {
    const underway = Promise.withResolvers<InvokeOutcome>();
    const bridge = openEventBridge({
      ...{ template, env, retryDelays: [1, 1], log: () => undefined },
      ...{ sendFromRule: () => 'no-queue', invoke: () => underway.promise },
    });
    void bridge.trigger('sweep');
    const closed = bridge.close(graceMs);
    const first = await Promise.race([
      closed.then(() => 'closed'),
      new Promise((done) => setTimeout(done, 20, 'waits')),
    ]);
    underway.resolve({ ok: true, payload: null });
    await closed;
    return [first, bridge.observe()[0]?.deliveries[0]?.outcome];
  };
  expect(await closeWithin(10_000)).toEqual(['waits', 'delivered']);
  expect(await closeWithin(1)).toEqual(['closed', expect.any(String)]);
});
