import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, onTestFinished } from 'vitest';
import type { Invoke, InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import type { LocalTemplate } from '../../../../../infra/local/template/model.ts';
import {
  account,
  allow,
  clients,
  emptyTemplate,
  eventually,
  lambda,
  region,
  role,
  startTestAws,
  temporaryFolder,
} from '../test-aws.ts';

export const worker = lambda('worker');
export const listener = lambda('listener', { invokers: ['events.amazonaws.com'] });
export const machineRole = role('machine-role', [allow('lambda:InvokeFunction', [worker.arn, `${worker.arn}:*`])]);
export const machineArn = `arn:aws:states:${region}:${account}:stateMachine:loop`;

export type States = Readonly<Record<string, object>>;

/**
 * A template with a machine of these states, which starts at the first; the listener receives the ends of its
 * executions.
 */
export function createTemplate(states: States, more: object = {}): LocalTemplate {
  return {
    ...emptyTemplate,
    functions: [worker, listener],
    roles: [machineRole],
    stateMachines: [
      {
        arn: machineArn,
        name: 'loop',
        role: machineRole.arn,
        definition: { StartAt: Object.keys(states)[0], States: states, ...more },
      },
    ],
    rules: [
      {
        logicalId: 'Ends',
        name: 'ends',
        arn: `arn:aws:events:${region}:${account}:rule/ends`,
        bus: 'default',
        pattern: {
          source: ['aws.states'],
          'detail-type': ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [machineArn], status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
        },
        targets: [{ arn: listener.arn, kind: 'function' }],
      },
    ],
  };
}

export const invokeWorker = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: worker.arn, 'Payload.$': '$' },
  OutputPath: '$.Payload',
};
export const oneTask: States = { Work: { ...invokeWorker, End: true } };
export const waitingStates: States = { Hold: { Type: 'Wait', Seconds: 3600, Next: 'Work' }, ...oneTask };

export const ok = (payload: unknown): InvokeOutcome => ({ ok: true, payload });
export const failed = (errorType: string): InvokeOutcome => ({ ok: false, errorType, errorMessage: 'it broke' });

export interface SetUpOptions {
  readonly template: LocalTemplate;
  readonly dataDir?: string;
  readonly work?: (payload: unknown) => Promise<InvokeOutcome>;
  readonly listen?: (event: unknown) => Promise<InvokeOutcome>;
}

/** Starts a local AWS with the machine, and records what worker and listener receive. */
export async function setUp(
  { template, dataDir, work = async (payload) => ok(payload), listen }: SetUpOptions,
  cleanUp: (stop: () => Promise<void>) => void = onTestFinished,
) {
  const received: unknown[] = [];
  const inputs: unknown[] = [];
  const invoke: Invoke = async (arn, payload) => {
    if (arn === worker.arn) {
      inputs.push(payload);
      return work(payload);
    }
    received.push(payload);
    return listen === undefined ? ok(null) : listen(payload);
  };
  const waits: (readonly [number, string])[] = [];
  const toWaitMs = (seconds: number, state: string) => {
    waits.push([seconds, state]);
    return seconds >= 3600 ? seconds * 1000 : 1;
  };
  const options = { template, dataDir: dataDir ?? (await temporaryFolder(cleanUp)), invoke, waits: toWaitMs };
  const aws = await startTestAws(options, cleanUp);
  const { machines } = clients(aws);
  const start = (more = {}) =>
    machines.send(new StartExecutionCommand({ stateMachineArn: machineArn, name: 'one', input: '{"n":1}', ...more }));
  const describeExecution = (name = 'one') =>
    machines.send(
      new DescribeExecutionCommand({ executionArn: `arn:aws:states:${region}:${account}:execution:loop:${name}` }),
    );
  const ended = (name = 'one') =>
    eventually(async () => {
      const execution = await describeExecution(name);
      if (execution.status === 'RUNNING') throw new Error('still running');
      return execution;
    });
  return { aws, machines, received, inputs, waits, start, describeExecution, ended };
}

/** Runs one execution to its end, until the listener has received it. */
export async function runToEnd(options: SetUpOptions) {
  const scene = await setUp(options);
  await scene.start();
  const execution = await scene.ended();
  await eventually(() => expect(scene.received).toHaveLength(1));
  return { ...scene, execution };
}
