import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, vi } from 'vitest';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { account, errorNameOf, eventually, lambda, region, temporaryFolder } from '../test-aws.ts';
import {
  held,
  invokeWorker,
  listener,
  machineArn,
  ok,
  once,
  runToEnd,
  stand,
  templateOf,
  thrown,
  worker,
} from './loop.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('an execution that is ended from outside', () => {
  it('by its own TimeoutSeconds is TIMED_OUT, starts nothing more, and takes no late answer', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { execution, worked, aws } = await runToEnd({
      template: templateOf(
        { Work: { ...invokeWorker, Retry: [{ ErrorEquals: ['States.ALL'] }], End: true } },
        { TimeoutSeconds: 1 },
      ),
      work: () => answer,
    });
    expect(execution).toMatchObject({ status: 'TIMED_OUT' });
    expect(execution.error).toBeUndefined();
    resolve(ok('late'));
    await aws.stop();
    expect(worked).toHaveLength(1);
    expect(aws.observe.executions()[0]?.history.at(-1)?.type).toBe('ExecutionTimedOut');
  });

  it('by StopExecution is ABORTED with the error given, in the middle of a wait or of a task', async () => {
    for (const states of [held, once]) {
      const one = await stand({ template: templateOf(states), work: () => new Promise(() => undefined) });
      const { executionArn } = await one.start();
      if (states === once) await eventually(() => expect(one.worked).toHaveLength(1));
      const stop = new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'asked to' });
      const { stopDate } = await one.machines.send(stop);
      const execution = await one.describeIt();
      expect(execution).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'asked to', stopDate });
      await eventually(() => expect(one.heard).toMatchObject([{ detail: { status: 'ABORTED', error: 'Operator' } }]));
      // Stopping it again changes nothing.
      await one.machines.send(new StopExecutionCommand({ executionArn, error: 'Again' }));
      expect((await one.describeIt()).error).toBe('Operator');
      const { events = [] } = await one.machines.send(new GetExecutionHistoryCommand({ executionArn }));
      expect(events.at(-1)?.type).toBe('ExecutionAborted');
    }
  });

  it('between two attempts of a task starts no other attempt', async () => {
    const retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3600 }];
    const one = await stand({
      template: templateOf({ Work: { ...invokeWorker, Retry: retry, End: true } }),
      work: async () => thrown('Busy'),
    });
    const { executionArn } = await one.start();
    await eventually(() => expect(one.worked).toHaveLength(1));
    await one.machines.send(new StopExecutionCommand({ executionArn }));
    await one.aws.stop();
    expect(one.worked).toHaveLength(1);
    expect(one.heard).toMatchObject([{ detail: { status: 'ABORTED' } }]);
  });

  it('in the middle of a task leaves no timer behind that would keep the process', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const one = await stand({ template: templateOf(once), work: () => new Promise(() => undefined) });
    const before = timers();
    const { executionArn } = await one.start();
    await eventually(() => expect(one.worked).toHaveLength(1));
    expect(timers()).toBeGreaterThan(before);
    await one.machines.send(new StopExecutionCommand({ executionArn }));
    await eventually(() => expect(timers()).toBeLessThanOrEqual(before));
  });

  it('by stopping the wire is ABORTED, and its listener hears of it while the wire still answers', async () => {
    const dataDir = await temporaryFolder();
    const answers: string[] = [];
    const one = await stand({
      template: templateOf(held),
      dataDir,
      listen: async () => {
        answers.push(await errorNameOf(one.describeIt()));
        return ok(null);
      },
    });
    await one.start();
    await one.aws.stop();
    expect(one.heard).toMatchObject([{ detail: { status: 'ABORTED' } }]);
    expect(answers).toEqual(['succeeded']);
    const next = await stand({ template: templateOf(held), dataDir });
    expect((await next.describeIt()).status).toBe('ABORTED');
    await eventually(() => expect(next.aws.observe.executions()).toMatchObject([{ delivered: true }]));
    expect(next.heard).toEqual([]);
  });

  it('by a crash is ABORTED at the next start, and told of then, once', async () => {
    const dataDir = await temporaryFolder();
    const record = {
      executionArn: `arn:aws:states:${region}:${account}:execution:loop:one`,
      stateMachineArn: machineArn,
      name: 'one',
      status: 'RUNNING',
      startDate: Date.now() - 1000,
      input: '{"n":1}',
      delivered: false,
    };
    // What a crash leaves: an execution that was started, and a line it did not finish.
    await appendFile(join(dataDir, 'executions.jsonl'), `${JSON.stringify(record)}\n{"executionArn":"arn:aws:sta`);
    const one = await stand({ template: templateOf(held), dataDir });
    expect(await one.describeIt()).toMatchObject({ status: 'ABORTED', input: '{"n":1}' });
    await eventually(() => expect(one.heard).toMatchObject([{ detail: { status: 'ABORTED', name: 'one' } }]));
    await eventually(() => expect(one.aws.observe.executions()).toMatchObject([{ delivered: true }]));
    await one.aws.stop();
    const again = await stand({ template: templateOf(held), dataDir });
    expect(await errorNameOf(again.start())).toBe('ExecutionAlreadyExists');
    expect(again.heard).toEqual([]);
  });
});

describe('delivery', () => {
  it('repeats a failing listener twice, then drops the event', async () => {
    const one = await stand({ template: templateOf(once), listen: async () => thrown('Broken') });
    await one.start();
    await eventually(() => expect(one.heard).toHaveLength(3));
    await eventually(() =>
      expect(one.aws.observe.events().flatMap(({ deliveries }) => deliveries)).toEqual([
        { rule: 'ends', target: listener.arn, outcome: 'dropped', attempts: 3 },
      ]),
    );
    expect(one.aws.logged).toContain('Dropped an event of the rule ends: listener failed 3 times.');
  });

  it('stops repeating when the listener succeeds, and repeats as often as its configuration says', async () => {
    const outcomes = [thrown('Broken'), ok(null)];
    const one = await stand({
      template: { ...templateOf(once), functions: [worker, { ...listener, asyncRetries: 1 }] },
      listen: async () => outcomes.shift() ?? thrown('Asked too often'),
    });
    await one.start();
    await eventually(() =>
      expect(one.aws.observe.events().at(-1)?.deliveries).toMatchObject([{ outcome: 'delivered', attempts: 2 }]),
    );
  });

  it('is refused when the function’s permissions do not name EventBridge', async () => {
    const one = await stand({ template: { ...templateOf(once), functions: [worker, lambda('listener')] } });
    await one.start();
    await eventually(() => expect(one.aws.observe.events().at(-1)?.deliveries).toMatchObject([{ outcome: 'refused' }]));
    expect(one.heard).toEqual([]);
    expect(one.aws.logged.join()).toContain('Refused: events.amazonaws.com');
  });

  it('passes over events that the rule does not match', async () => {
    const one = await runToEnd({ template: templateOf(once) });
    // The start was published too, and the rule asks for ends only.
    expect(one.aws.observe.events().map(({ event, deliveries }) => [event['detail'], deliveries.length])).toMatchObject(
      [
        [{ status: 'RUNNING' }, 0],
        [{ status: 'SUCCEEDED' }, 1],
      ],
    );
  });
});
