import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { prepareMachine } from '../../../../../infra/local/aws/step-functions/prepare-machine.ts';
import { runExecution } from '../../../../../infra/local/aws/step-functions/run-execution.ts';
import { eventually, role } from '../test-aws.ts';
import {
  createTemplate,
  failed,
  invokeWorker,
  machineRole,
  ok,
  oneTask,
  runToEnd,
  type SetUpOptions,
  setUp,
  worker,
} from './state-machine-scene.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

/** Failures of a task's function, and the error name that Retry, Catch and the execution get. */
const failures: readonly (readonly [string, Partial<SetUpOptions>, string])[] = [
  ['throws a named error', { work: async () => failed('NotReady') }, 'NotReady'],
  ['dies without naming an error', { work: async () => failed('') }, 'Lambda.Unknown'],
  ['cannot be invoked', { work: () => Promise.reject(new Error('no worker')) }, 'Lambda.Unknown'],
  ['exceeds its timeout', { work: async () => failed('Sandbox.Timedout') }, 'Sandbox.Timedout'],
  ['returns more than 256 KiB', { work: async () => ok('x'.repeat(262_145)) }, 'States.DataLimitExceeded'],
];

describe('a task that fails', () => {
  it.each(failures)('ends the execution and publishes its end when its function %s', async (_, options, error) => {
    const { execution, received } = await runToEnd({ template: createTemplate(oneTask), ...options });
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(received).toMatchObject([{ detail: { status: 'FAILED', error, cause: execution.cause, output: null } }]);
  });

  it('is caught by the Catch of its error, which gets error and cause', async () => {
    const { execution } = await runToEnd({
      template: createTemplate({
        Work: {
          ...invokeWorker,
          Catch: [{ ErrorEquals: ['NotReady'], ResultPath: '$.failure', Next: 'Report' }],
          End: true,
        },
        Report: { Type: 'Pass', End: true },
      }),
      work: async () => failed('NotReady'),
    });
    expect(JSON.parse(execution.output ?? '')).toEqual({
      n: 1,
      failure: { Error: 'NotReady', Cause: '{"errorType":"NotReady","errorMessage":"it broke"}' },
    });
  });

  it('is retried as often as the Retry of its error says', async () => {
    const { execution, inputs, waits } = await runToEnd({
      template: createTemplate({
        Work: {
          ...invokeWorker,
          Retry: [
            { ErrorEquals: ['Other'], MaxAttempts: 9 },
            { ErrorEquals: ['Lambda.Unknown', 'Busy'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2 },
          ],
          End: true,
        },
      }),
      work: async () => failed('Busy'),
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Busy' });
    expect(inputs).toHaveLength(3);
    expect(waits).toContainEqual([2, 'Work']);
  });

  it('fails with States.Timeout after TimeoutSeconds, which States.TaskFailed does not catch', async () => {
    const { promise: result, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { start, ended, machines } = await setUp({
      template: createTemplate({
        Work: {
          ...invokeWorker,
          TimeoutSeconds: 1,
          Catch: [
            { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
            { ErrorEquals: ['States.Timeout'], Next: 'Recover' },
          ],
          End: true,
        },
        Wrong: { Type: 'Fail' },
        Recover: { ...invokeWorker, End: true },
      }),
      work: () => result,
    });
    const { executionArn } = await start();
    const types = async () =>
      (await machines.send(new GetExecutionHistoryCommand({ executionArn }))).events?.map(({ type }) => type) ?? [];
    await eventually(async () => expect((await types()).filter((type) => type === 'TaskScheduled')).toHaveLength(2));
    // This result is too late for the first attempt, and is the second attempt's.
    resolve(ok('late'));
    expect((await ended()).status).toBe('SUCCEEDED');
    expect((await types()).filter((type) => type?.startsWith('Task'))).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskTimedOut',
      'TaskStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  it('has no timeout when its state names none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const [machine] = createTemplate(oneTask).stateMachines;
    if (machine === undefined) throw new Error('createTemplate() returned no state machine');
    const { promise: result, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { ended } = runExecution(
      prepareMachine(machine, [worker], undefined),
      { executionArn: 'arn', name: 'one', input: '{}' },
      { functions: [worker], role: machineRole, invoke: () => result, toWaitMs: undefined, log: () => undefined },
    );
    await vi.advanceTimersByTimeAsync(14 * 60 * 1000);
    resolve(ok('late'));
    expect(await ended).toEqual({ status: 'SUCCEEDED', output: '"late"' });
  });

  it('fails with a logged refusal when the machine’s role may not invoke the function', async () => {
    const template = { ...createTemplate(oneTask), roles: [role('machine-role', [])] };
    const { execution, inputs, aws } = await runToEnd({ template });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(execution.cause).toContain(`is not authorized to perform: lambda:InvokeFunction on resource: ${worker.arn}`);
    expect(inputs).toEqual([]);
    expect(aws.logged).toContain(`Refused: machine-role is not allowed lambda:InvokeFunction on ${worker.arn}.`);
  });

  it('is not caught by States.ALL when the error is terminal in the Amazon States Language', async () => {
    const { execution } = await runToEnd({
      template: createTemplate({
        Work: {
          ...invokeWorker,
          Parameters: { FunctionName: worker.arn, 'Payload.$': '$.missing' },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wrong' }],
          End: true,
        },
        Wrong: { Type: 'Pass', End: true },
      }),
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('ends the execution with the error and cause of a Fail state', async () => {
    const { execution } = await runToEnd({
      template: createTemplate({ No: { Type: 'Fail', Error: 'Refused', Cause: 'not today' } }),
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'not today' });
  });
});
