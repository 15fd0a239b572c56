import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';
import { account, errorNameOf, region, startTestAws, temporaryFolder } from '../test-aws.ts';
import {
  createTemplate,
  invokeWorker,
  machineArn,
  ok,
  oneTask,
  runToEnd,
  type States,
  setUp,
  waitingStates,
  worker,
} from './state-machine-scene.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('an execution of a state machine', () => {
  it('passes data through tasks, choices and waits, and publishes its end', async () => {
    const { execution, received, inputs, waits } = await runToEnd({
      template: createTemplate({
        Work: { ...invokeWorker, Next: 'Done?' },
        'Done?': {
          Type: 'Choice',
          Choices: [{ Variable: '$.wait', IsPresent: true, Next: 'Pause' }],
          Default: 'Finish',
        },
        Pause: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Work' },
        Finish: { Type: 'Pass', Parameters: { 'name.$': '$$.Execution.Name', 'last.$': '$.n' }, End: true },
      }),
      work: async (payload) => {
        const { n } = payload as { n: number };
        return ok(n < 4 ? { n: n + 1, wait: n * 10 } : { n });
      },
    });
    expect(JSON.parse(execution.output ?? '')).toEqual({ name: 'one', last: 4 });
    expect(inputs).toEqual([{ n: 1 }, { n: 2, wait: 10 }, { n: 3, wait: 20 }, { n: 4, wait: 30 }]);
    expect(waits).toEqual([
      [10, 'Pause'],
      [20, 'Pause'],
      [30, 'Pause'],
    ]);
    expect(received[0]).toMatchObject({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      account,
      region,
      resources: [execution.executionArn],
      detail: {
        executionArn: execution.executionArn,
        stateMachineArn: machineArn,
        name: 'one',
        status: 'SUCCEEDED',
        input: '{"n":1}',
        output: execution.output,
        startDate: execution.startDate?.getTime(),
        stopDate: execution.stopDate?.getTime(),
      },
    });
  });

  it('passes input and result unwrapped when a task names its function by ARN', async () => {
    const { execution, inputs } = await runToEnd({
      template: createTemplate({ Work: { Type: 'Task', Resource: worker.arn, ResultPath: '$.answer', End: true } }),
      work: async () => ok([1, 2]),
    });
    expect(inputs).toEqual([{ n: 1 }]);
    expect(JSON.parse(execution.output ?? '')).toEqual({ n: 1, answer: [1, 2] });
  });

  it('has a history with the input and output of every state', async () => {
    const { machines, execution } = await runToEnd({
      template: createTemplate({ Hold: { Type: 'Wait', Seconds: 5, Next: 'Work' }, ...oneTask }),
    });
    const { executionArn } = execution;
    const { events = [] } = await machines.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events[3]?.stateEnteredEventDetails).toMatchObject({ name: 'Work', input: '{"n":1}' });
    const { events: bare = [] } = await machines.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false, reverseOrder: true, maxResults: 2 }),
    );
    expect(bare.map(({ type }) => type)).toEqual(['ExecutionSucceeded', 'TaskStateExited']);
    expect(JSON.stringify(bare)).not.toContain('\\"n\\"');
  });

  it('runs maps and parallel branches', async () => {
    const nested = { StartAt: 'Work', States: oneTask };
    const { execution } = await runToEnd({
      template: createTemplate({
        Both: {
          Type: 'Parallel',
          Branches: [nested, { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } }],
          Next: 'Each',
        },
        Each: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'Again',
            States: { Again: { ...invokeWorker, End: true } },
          },
          End: true,
        },
      }),
      work: async (payload) => ok({ n: (payload as { n: number }).n + 1 }),
    });
    expect(JSON.parse(execution.output ?? '')).toEqual([{ n: 3 }, { n: 2 }]);
  });
});

type Act = (scene: Awaited<ReturnType<typeof setUp>>, name: string) => Promise<unknown>;

/** Documented results: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const conformance: readonly (readonly [string, Act, string])[] = [
  ['a name of 80 characters', ({ start }) => start({ name: 'x'.repeat(80) }), 'succeeded'],
  ['a name of 81 characters', ({ start }) => start({ name: 'x'.repeat(81) }), 'InvalidName'],
  ['a name with a space', ({ start }) => start({ name: 'a b' }), 'InvalidName'],
  ['a name with a slash', ({ start }) => start({ name: 'a/b' }), 'InvalidName'],
  ['a name with a control character', ({ start }) => start({ name: 'a\u0000b' }), 'InvalidName'],
  ['no name', ({ start }) => start({ name: undefined }), 'succeeded'],
  ['no input', ({ start }, name) => start({ name, input: undefined }), 'succeeded'],
  ['an input that is a number', ({ start }, name) => start({ name, input: '2' }), 'succeeded'],
  ['an input that is not JSON', ({ start }, name) => start({ name, input: '{not json' }), 'InvalidExecutionInput'],
  ['an empty input', ({ start }, name) => start({ name, input: '' }), 'InvalidExecutionInput'],
  [
    'an input of more than 256 KiB',
    ({ start }, name) => start({ name, input: `"${'x'.repeat(262_143)}"` }),
    'ValidationException',
  ],
  ['an unknown machine', ({ start }) => start({ stateMachineArn: `${machineArn}-other` }), 'StateMachineDoesNotExist'],
  ['a text that is not an ARN', ({ start }) => start({ stateMachineArn: 'loop' }), 'InvalidArn'],
  ['an unsupported trace header', ({ start }) => start({ traceHeader: 'x' }), 'ValidationException'],
  ['a missing execution', ({ describeExecution }) => describeExecution('none'), 'ExecutionDoesNotExist'],
  [
    'the name and input of a running execution',
    ({ start }, name) => start({ name }).then(() => start({ name })),
    'succeeded',
  ],
  [
    'the name of a running execution and another input',
    ({ start }, name) => start({ name }).then(() => start({ name, input: '{}' })),
    'ExecutionAlreadyExists',
  ],
];

describe('StartExecution or DescribeExecution', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  let scene: Awaited<ReturnType<typeof setUp>>;
  beforeAll(async () => {
    scene = await setUp({ template: createTemplate(waitingStates) }, (cleanUp) => cleanUps.unshift(cleanUp));
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  it.each(conformance)('with %s has the documented result', async (title, act, expected) => {
    expect(await errorNameOf(act(scene, title.replaceAll(/[^a-z0-9]/g, '-')))).toBe(expected);
  });
});

it('StartExecution returns a running execution again, and refuses its name once it has ended', async () => {
  const scene = await setUp({ template: createTemplate(waitingStates) });
  const first = await scene.start();
  const second = await scene.start();
  expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
  expect(scene.aws.observe.executions()).toHaveLength(1);
  await scene.machines.send(new StopExecutionCommand({ executionArn: first.executionArn }));
  expect(await errorNameOf(scene.start())).toBe('ExecutionAlreadyExists');
});

it('StartExecution stores the execution before it returns', async () => {
  const dataDir = await temporaryFolder();
  const scene = await setUp({ template: createTemplate(waitingStates), dataDir });
  const { executionArn } = await scene.start();
  expect(await readFile(join(dataDir, 'executions.jsonl'), 'utf8')).toContain(`"executionArn":"${executionArn}"`);
});

/** Definitions that would run differently here, and the part of them that the error names. */
const refused: readonly (readonly [string, States, object, RegExp])[] = [
  ['JSONata', oneTask, { QueryLanguage: 'JSONata' }, /JSONPath, not JSONata/],
  ['an unknown field', { Work: { ...invokeWorker, Assign: { a: 1 }, End: true } }, {}, /state Work.*Assign/],
  ['a heartbeat', { Work: { ...invokeWorker, HeartbeatSeconds: 9, End: true } }, {}, /HeartbeatSeconds/],
  [
    'a task token',
    { Work: { ...invokeWorker, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true } },
    {},
    /neither a function of the template nor/,
  ],
  [
    'another service',
    { Work: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: {}, End: true } },
    {},
    /neither a function of the template nor/,
  ],
  [
    'a missing function',
    { Work: { ...invokeWorker, Parameters: { FunctionName: 'other' }, End: true } },
    {},
    /its function is not in the template/,
  ],
  [
    'an asynchronous invocation',
    { Work: { ...invokeWorker, Parameters: { FunctionName: worker.arn, InvocationType: 'Event' }, End: true } },
    {},
    /InvocationType/,
  ],
  [
    'a context path without a local value',
    { Keep: { Type: 'Pass', Parameters: { 'at.$': '$$.State.EnteredTime' }, End: true } },
    {},
    /\$\$\.State\.EnteredTime/,
  ],
  ['an unreachable state', { ...oneTask, Lost: { Type: 'Pass', End: true } }, {}, /is invalid/],
  ['a missing next state', { Work: { ...invokeWorker, Next: 'Nowhere' } }, {}, /is invalid/],
];

it.each(refused)('a definition with %s is refused at the start', async (_, states, more, sentence) => {
  const call = startTestAws({ template: createTemplate(states, more), dataDir: await temporaryFolder() });
  await expect(call).rejects.toThrow(StartRefused);
  await expect(call).rejects.toThrow(sentence);
});
