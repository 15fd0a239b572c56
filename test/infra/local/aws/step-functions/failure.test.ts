import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { prepare } from '../../../../../infra/local/aws/step-functions/definition.ts';
import { run } from '../../../../../infra/local/aws/step-functions/execution.ts';
import { eventually, role } from '../test-aws.ts';
import {
  invokeWorker,
  machineRole,
  ok,
  once,
  runToEnd,
  type Stand,
  stand,
  templateOf,
  thrown,
  worker,
} from './loop.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

/** What a task can fail of, and the error name that Retry, Catch and the execution see. */
const failures: readonly (readonly [string, Partial<Stand>, string])[] = [
  ['throws an error of its own', { work: async () => thrown('StillSettling') }, 'StillSettling'],
  ['dies without naming an error', { work: async () => thrown('') }, 'Lambda.Unknown'],
  ['cannot be invoked', { work: () => Promise.reject(new Error('no worker')) }, 'Lambda.Unknown'],
  ['runs out of the sandbox’s time', { work: async () => thrown('Sandbox.Timedout') }, 'Sandbox.Timedout'],
  ['returns more than 256 KiB', { work: async () => ok('x'.repeat(262_145)) }, 'States.DataLimitExceeded'],
];

describe('a task that fails', () => {
  it.each(failures)('because its function %s ends the execution, and tells of it', async (_, options, error) => {
    const { execution, heard } = await runToEnd({ template: templateOf(once), ...options });
    expect(execution).toMatchObject({ status: 'FAILED', error });
    expect(heard).toMatchObject([{ detail: { status: 'FAILED', error, cause: execution.cause, output: null } }]);
  });

  it('reaches the Catch of its error, with error and cause', async () => {
    const { execution } = await runToEnd({
      template: templateOf({
        Work: {
          ...invokeWorker,
          Catch: [{ ErrorEquals: ['StillSettling'], ResultPath: '$.failure', Next: 'Tell' }],
          End: true,
        },
        Tell: { Type: 'Pass', End: true },
      }),
      work: async () => thrown('StillSettling'),
    });
    expect(JSON.parse(execution.output ?? '')).toEqual({
      n: 1,
      failure: { Error: 'StillSettling', Cause: '{"errorType":"StillSettling","errorMessage":"it broke"}' },
    });
  });

  it('is retried as often as the Retry of its error says', async () => {
    const { execution, worked, waited } = await runToEnd({
      template: templateOf({
        Work: {
          ...invokeWorker,
          Retry: [
            { ErrorEquals: ['Other'], MaxAttempts: 9 },
            { ErrorEquals: ['Lambda.Unknown', 'Busy'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2 },
          ],
          End: true,
        },
      }),
      work: async () => thrown('Busy'),
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Busy' });
    expect(worked).toHaveLength(3);
    expect(waited).toContainEqual([2, 'Work']);
  });

  it('times out after TimeoutSeconds: States.Timeout, which States.TaskFailed does not catch', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { start, ended, machines } = await stand({
      template: templateOf({
        Work: {
          ...invokeWorker,
          TimeoutSeconds: 1,
          Catch: [
            { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
            { ErrorEquals: ['States.Timeout'], Next: 'Settle' },
          ],
          End: true,
        },
        Wrong: { Type: 'Fail' },
        Settle: { ...invokeWorker, End: true },
      }),
      work: () => answer,
    });
    const { executionArn } = await start();
    const types = async () =>
      (await machines.send(new GetExecutionHistoryCommand({ executionArn }))).events?.map(({ type }) => type) ?? [];
    await eventually(async () => expect((await types()).filter((type) => type === 'TaskScheduled')).toHaveLength(2));
    // The first attempt's answer comes too late, and is the second's answer as well.
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

  it('has no timeout when it names none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const [machine] = templateOf(once).stateMachines;
    if (machine === undefined) throw new Error('The template has a machine.');
    const { promise: answer, resolve } = Promise.withResolvers<InvokeOutcome>();
    const { ended } = run(
      prepare(machine, [worker], undefined),
      { executionArn: 'arn', name: 'one', input: '{}' },
      { functions: [worker], role: machineRole, invoke: () => answer, waits: undefined, log: () => undefined },
    );
    await vi.advanceTimersByTimeAsync(14 * 60 * 1000);
    resolve(ok('late'));
    expect(await ended).toEqual({ status: 'SUCCEEDED', output: '"late"' });
  });

  it('fails when the machine’s role may not invoke the function, and the refusal is logged', async () => {
    const template = { ...templateOf(once), roles: [role('machine-role', [])] };
    const { execution, worked, aws } = await runToEnd({ template });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(execution.cause).toContain(`is not authorized to perform: lambda:InvokeFunction on resource: ${worker.arn}`);
    expect(worked).toEqual([]);
    expect(aws.logged).toContain(`Refused: machine-role is not allowed lambda:InvokeFunction on ${worker.arn}.`);
  });

  it('does not reach a Catch of States.ALL with what the language calls terminal', async () => {
    const { execution } = await runToEnd({
      template: templateOf({
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

  it('ends in a Fail state with that state’s error and cause', async () => {
    const { execution } = await runToEnd({
      template: templateOf({ No: { Type: 'Fail', Error: 'Refused', Cause: 'not today' } }),
    });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'not today' });
  });
});
