import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, vi } from 'vitest';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { account, errorNameOf, eventually, lambda, region, temporaryFolder } from '../test-aws.ts';
import {
  createTemplate,
  failed,
  invokeWorker,
  listener,
  machineArn,
  ok,
  oneTask,
  runToEnd,
  setUp,
  waitingStates,
  worker,
} from './state-machine-scene.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('an execution that does not end by itself', () => {
  it('is TIMED_OUT after its TimeoutSeconds, starts no more tasks, and ignores late results', async () => {
    const { promise: result, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { execution, inputs, aws } = await runToEnd({
      template: createTemplate(
        { Work: { ...invokeWorker, Retry: [{ ErrorEquals: ['States.ALL'] }], End: true } },
        { TimeoutSeconds: 1 },
      ),
      work: () => result,
    });
    expect(execution).toMatchObject({ status: 'TIMED_OUT' });
    expect(execution.error).toBeUndefined();
    resolve(ok('late'));
    await aws.stop();
    expect(inputs).toHaveLength(1);
    expect(aws.observe.executions()[0]?.history.at(-1)?.type).toBe('ExecutionTimedOut');
  });

  it('is ABORTED by StopExecution with the given error, during a wait or a task', async () => {
    for (const states of [waitingStates, oneTask]) {
      const scene = await setUp({ template: createTemplate(states), work: () => new Promise(() => undefined) });
      const { executionArn } = await scene.start();
      if (states === oneTask) await eventually(() => expect(scene.inputs).toHaveLength(1));
      const stop = new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'asked to' });
      const { stopDate } = await scene.machines.send(stop);
      const execution = await scene.describeExecution();
      expect(execution).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'asked to', stopDate });
      await eventually(() =>
        expect(scene.received).toMatchObject([{ detail: { status: 'ABORTED', error: 'Operator' } }]),
      );
      // A second StopExecution changes nothing.
      await scene.machines.send(new StopExecutionCommand({ executionArn, error: 'Again' }));
      expect((await scene.describeExecution()).error).toBe('Operator');
      const { events = [] } = await scene.machines.send(new GetExecutionHistoryCommand({ executionArn }));
      expect(events.at(-1)?.type).toBe('ExecutionAborted');
    }
  });

  it('starts no further attempt when it is stopped between two attempts of a task', async () => {
    const retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3600 }];
    const scene = await setUp({
      template: createTemplate({ Work: { ...invokeWorker, Retry: retry, End: true } }),
      work: async () => failed('Busy'),
    });
    const { executionArn } = await scene.start();
    await eventually(() => expect(scene.inputs).toHaveLength(1));
    await scene.machines.send(new StopExecutionCommand({ executionArn }));
    await scene.aws.stop();
    expect(scene.inputs).toHaveLength(1);
    expect(scene.received).toMatchObject([{ detail: { status: 'ABORTED' } }]);
  });

  it('leaves no timer that would keep the process alive when it is stopped during a task', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const scene = await setUp({ template: createTemplate(oneTask), work: () => new Promise(() => undefined) });
    const before = timers();
    const { executionArn } = await scene.start();
    await eventually(() => expect(scene.inputs).toHaveLength(1));
    expect(timers()).toBeGreaterThan(before);
    await scene.machines.send(new StopExecutionCommand({ executionArn }));
    await eventually(() => expect(timers()).toBeLessThanOrEqual(before));
  });

  it('is ABORTED when the local AWS stops, which still serves its listener', async () => {
    const dataDir = await temporaryFolder();
    const outcomes: string[] = [];
    const scene = await setUp({
      template: createTemplate(waitingStates),
      dataDir,
      listen: async () => {
        outcomes.push(await errorNameOf(scene.describeExecution()));
        return ok(null);
      },
    });
    await scene.start();
    await scene.aws.stop();
    expect(scene.received).toMatchObject([{ detail: { status: 'ABORTED' } }]);
    expect(outcomes).toEqual(['succeeded']);
    const next = await setUp({ template: createTemplate(waitingStates), dataDir });
    expect((await next.describeExecution()).status).toBe('ABORTED');
    await eventually(() => expect(next.aws.observe.executions()).toMatchObject([{ delivered: true }]));
    expect(next.received).toEqual([]);
  });

  it('is ABORTED at the start after a crash, and its event is delivered once', async () => {
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
    // A crash leaves a running execution and an unfinished line.
    await appendFile(join(dataDir, 'executions.jsonl'), `${JSON.stringify(record)}\n{"executionArn":"arn:aws:sta`);
    const scene = await setUp({ template: createTemplate(waitingStates), dataDir });
    expect(await scene.describeExecution()).toMatchObject({ status: 'ABORTED', input: '{"n":1}' });
    await eventually(() => expect(scene.received).toMatchObject([{ detail: { status: 'ABORTED', name: 'one' } }]));
    await eventually(() => expect(scene.aws.observe.executions()).toMatchObject([{ delivered: true }]));
    await scene.aws.stop();
    const again = await setUp({ template: createTemplate(waitingStates), dataDir });
    expect(await errorNameOf(again.start())).toBe('ExecutionAlreadyExists');
    expect(again.received).toEqual([]);
  });
});

describe('the delivery of an execution’s end', () => {
  it('retries a failing listener twice and then drops the event', async () => {
    const scene = await setUp({ template: createTemplate(oneTask), listen: async () => failed('Broken') });
    await scene.start();
    await eventually(() => expect(scene.received).toHaveLength(3));
    await eventually(() =>
      expect(scene.aws.observe.events().flatMap(({ deliveries }) => deliveries)).toEqual([
        { rule: 'ends', target: listener.arn, outcome: 'dropped', attempts: 3 },
      ]),
    );
    expect(scene.aws.logged).toContain('Dropped an event of the rule ends: listener failed 3 times.');
  });

  it('is retried as often as the listener’s configuration says, until it succeeds', async () => {
    const outcomes = [failed('Broken'), ok(null)];
    const scene = await setUp({
      template: { ...createTemplate(oneTask), functions: [worker, { ...listener, asyncRetries: 1 }] },
      listen: async () => outcomes.shift() ?? failed('Invoked too often'),
    });
    await scene.start();
    await eventually(() =>
      expect(scene.aws.observe.events().at(-1)?.deliveries).toMatchObject([{ outcome: 'delivered', attempts: 2 }]),
    );
  });

  it('is refused when the listener’s permissions do not name EventBridge', async () => {
    const scene = await setUp({ template: { ...createTemplate(oneTask), functions: [worker, lambda('listener')] } });
    await scene.start();
    await eventually(() =>
      expect(scene.aws.observe.events().at(-1)?.deliveries).toMatchObject([{ outcome: 'refused' }]),
    );
    expect(scene.received).toEqual([]);
    expect(scene.aws.logged.join()).toContain('Refused: events.amazonaws.com');
  });

  it('skips events that the rule does not match', async () => {
    const scene = await runToEnd({ template: createTemplate(oneTask) });
    // The start is published too, but the rule matches ends only.
    expect(
      scene.aws.observe.events().map(({ event, deliveries }) => [event['detail'], deliveries.length]),
    ).toMatchObject([
      [{ status: 'RUNNING' }, 0],
      [{ status: 'SUCCEEDED' }, 1],
    ]);
  });
});
