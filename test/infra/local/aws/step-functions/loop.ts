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

/** A machine of these states, the first being the start, whose ends the listener hears of. */
export function templateOf(states: States, more: object = {}): LocalTemplate {
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
export const once: States = { Work: { ...invokeWorker, End: true } };
export const held: States = { Hold: { Type: 'Wait', Seconds: 3600, Next: 'Work' }, ...once };

export const ok = (payload: unknown): InvokeOutcome => ({ ok: true, payload });
export const thrown = (errorType: string): InvokeOutcome => ({ ok: false, errorType, errorMessage: 'it broke' });

export interface Stand {
  readonly template: LocalTemplate;
  readonly dataDir?: string;
  readonly work?: (payload: unknown) => Promise<InvokeOutcome>;
  readonly listen?: (event: unknown) => Promise<InvokeOutcome>;
}

export async function stand(
  { template, dataDir, work = async (payload) => ok(payload), listen }: Stand,
  cleanUp: (stop: () => Promise<void>) => void = onTestFinished,
) {
  const heard: unknown[] = [];
  const worked: unknown[] = [];
  const invoke: Invoke = async (arn, payload) => {
    if (arn === worker.arn) {
      worked.push(payload);
      return work(payload);
    }
    heard.push(payload);
    return listen === undefined ? ok(null) : listen(payload);
  };
  const waited: (readonly [number, string])[] = [];
  const waits = (seconds: number, state: string) => {
    waited.push([seconds, state]);
    return seconds >= 3600 ? seconds * 1000 : 1;
  };
  const options = { template, dataDir: dataDir ?? (await temporaryFolder(cleanUp)), invoke, waits };
  const aws = await startTestAws(options, cleanUp);
  const { machines } = clients(aws);
  const start = (more = {}) =>
    machines.send(new StartExecutionCommand({ stateMachineArn: machineArn, name: 'one', input: '{"n":1}', ...more }));
  const describeIt = (name = 'one') =>
    machines.send(
      new DescribeExecutionCommand({ executionArn: `arn:aws:states:${region}:${account}:execution:loop:${name}` }),
    );
  const ended = (name = 'one') =>
    eventually(async () => {
      const execution = await describeIt(name);
      if (execution.status === 'RUNNING') throw new Error('still running');
      return execution;
    });
  return { aws, machines, heard, worked, waited, start, describeIt, ended };
}

export async function runToEnd(options: Stand) {
  const one = await stand(options);
  await one.start();
  const execution = await one.ended();
  await eventually(() => expect(one.heard).toHaveLength(1));
  return { ...one, execution };
}
