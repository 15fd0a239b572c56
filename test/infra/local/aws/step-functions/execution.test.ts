import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';
import { account, errorNameOf, region, startTestAws, temporaryFolder } from '../test-aws.ts';
import { held, invokeWorker, machineArn, ok, once, runToEnd, type States, stand, templateOf, worker } from './loop.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

describe('an execution', () => {
  it('passes data through tasks, choices and waits, and tells of its end', async () => {
    const { execution, heard, worked, waited } = await runToEnd({
      template: templateOf({
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
    expect(worked).toEqual([{ n: 1 }, { n: 2, wait: 10 }, { n: 3, wait: 20 }, { n: 4, wait: 30 }]);
    expect(waited).toEqual([
      [10, 'Pause'],
      [20, 'Pause'],
      [30, 'Pause'],
    ]);
    expect(heard[0]).toMatchObject({
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

  it('hands a function that is named by its ARN the bare input and takes the bare answer', async () => {
    const { execution, worked } = await runToEnd({
      template: templateOf({ Work: { Type: 'Task', Resource: worker.arn, ResultPath: '$.answer', End: true } }),
      work: async () => ok([1, 2]),
    });
    expect(worked).toEqual([{ n: 1 }]);
    expect(JSON.parse(execution.output ?? '')).toEqual({ n: 1, answer: [1, 2] });
  });

  it('keeps a history that shows what went in and out of every state', async () => {
    const { machines, execution } = await runToEnd({
      template: templateOf({ Hold: { Type: 'Wait', Seconds: 5, Next: 'Work' }, ...once }),
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
    const nested = { StartAt: 'Work', States: once };
    const { execution } = await runToEnd({
      template: templateOf({
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

type Act = (one: Awaited<ReturnType<typeof stand>>, name: string) => Promise<unknown>;

/** Documented answers (API Reference, StartExecution and the calls on an execution), each with a name of its own. */
const conformance: readonly (readonly [string, Act, string])[] = [
  ['a name of 80 characters', ({ start }) => start({ name: 'x'.repeat(80) }), 'succeeded'],
  ['a name of 81 characters', ({ start }) => start({ name: 'x'.repeat(81) }), 'InvalidName'],
  ['a name with a space', ({ start }) => start({ name: 'a b' }), 'InvalidName'],
  ['a name with a slash', ({ start }) => start({ name: 'a/b' }), 'InvalidName'],
  ['a name with a control character', ({ start }) => start({ name: 'a\u0000b' }), 'InvalidName'],
  ['no name', ({ start }) => start({ name: undefined }), 'succeeded'],
  ['no input', ({ start }, name) => start({ name, input: undefined }), 'succeeded'],
  ['an input that is a number', ({ start }, name) => start({ name, input: '2' }), 'succeeded'],
  ['an input that is no JSON', ({ start }, name) => start({ name, input: '{not json' }), 'InvalidExecutionInput'],
  ['an empty input', ({ start }, name) => start({ name, input: '' }), 'InvalidExecutionInput'],
  [
    'an input of more than 256 KiB',
    ({ start }, name) => start({ name, input: `"${'x'.repeat(262_143)}"` }),
    'ValidationException',
  ],
  ['an unknown machine', ({ start }) => start({ stateMachineArn: `${machineArn}-other` }), 'StateMachineDoesNotExist'],
  ['what is no ARN', ({ start }) => start({ stateMachineArn: 'loop' }), 'InvalidArn'],
  ['a trace header, not served here', ({ start }) => start({ traceHeader: 'x' }), 'ValidationException'],
  ['an execution that is not there', ({ describeIt }) => describeIt('none'), 'ExecutionDoesNotExist'],
  ['running, same name and input', ({ start }, name) => start({ name }).then(() => start({ name })), 'succeeded'],
  [
    'running, same name, other input',
    ({ start }, name) => start({ name }).then(() => start({ name, input: '{}' })),
    'ExecutionAlreadyExists',
  ],
];

describe('a start or a look with', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  let one: Awaited<ReturnType<typeof stand>>;
  beforeAll(async () => {
    one = await stand({ template: templateOf(held) }, (cleanUp) => cleanUps.unshift(cleanUp));
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });

  it.each(conformance)('%s', async (title, act, expected) => {
    expect(await errorNameOf(act(one, title.replaceAll(/[^a-z0-9]/g, '-')))).toBe(expected);
  });
});

it('answers a repeated start with the running execution, and refuses its name once it has ended', async () => {
  const one = await stand({ template: templateOf(held) });
  const first = await one.start();
  const second = await one.start();
  expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
  expect(one.aws.observe.executions()).toHaveLength(1);
  await one.machines.send(new StopExecutionCommand({ executionArn: first.executionArn }));
  expect(await errorNameOf(one.start())).toBe('ExecutionAlreadyExists');
});

it('writes an execution down before it answers for it, readable by its owner only', async () => {
  const dataDir = await temporaryFolder();
  const one = await stand({ template: templateOf(held), dataDir });
  const { executionArn } = await one.start();
  expect(await readFile(join(dataDir, 'executions.jsonl'), 'utf8')).toContain(`"executionArn":"${executionArn}"`);
});

/** Definitions that would run differently here, and what the refusal names. */
const refused: readonly (readonly [string, States, object, RegExp])[] = [
  ['JSONata', once, { QueryLanguage: 'JSONata' }, /JSONPath, not JSONata/],
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
    'a function that is not there',
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
    'a context path without a value here',
    { Keep: { Type: 'Pass', Parameters: { 'at.$': '$$.State.EnteredTime' }, End: true } },
    {},
    /\$\$\.State\.EnteredTime/,
  ],
  ['a state that nothing reaches', { ...once, Lost: { Type: 'Pass', End: true } }, {}, /is invalid/],
  ['a next state that is not there', { Work: { ...invokeWorker, Next: 'Nowhere' } }, {}, /is invalid/],
];

it.each(refused)('%s in a definition stops the start', async (_, states, more, sentence) => {
  const call = startTestAws({ template: templateOf(states, more), dataDir: await temporaryFolder() });
  await expect(call).rejects.toThrow(StartRefused);
  await expect(call).rejects.toThrow(sentence);
});
