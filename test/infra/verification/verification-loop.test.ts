import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { jobTimes } from '../../../functions/core/records/timeouts.ts';
import { verificationLoopDefinition } from '../../../infra/verification/verification-loop.ts';
import { functionsOf, logicalIdIn, resourceOf, resourcesOf, synthesize, textOf } from '../template.ts';

const text = verificationLoopDefinition;
const definition = z
  .object({
    TimeoutSeconds: z.number(),
    States: z.object({
      Probe: z.object({ TimeoutSeconds: z.number() }),
      Conclude: z.object({ TimeoutSeconds: z.number() }),
    }),
  })
  .parse(JSON.parse(text));
const template = synthesize();
const functions = functionsOf(template);

describe('the state machine', () => {
  const [, { Properties }] = resourceOf(template, 'AWS::StepFunctions::StateMachine');

  it('is the definition, with the two functions put in', () => {
    expect(Properties['DefinitionString']).toBe(text);
    expect(Properties['DefinitionSubstitutions']).toEqual({
      ProbeArn: { 'Fn::GetAtt': [functions.get('verification/probe')?.id, 'Arn'] },
      ConcludeArn: { 'Fn::GetAtt': [functions.get('verification/conclude')?.id, 'Arn'] },
    });
    expect([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name).sort()).toEqual(['ConcludeArn', 'ProbeArn']);
  });

  it('is a standard one that neither logs nor traces', () => {
    expect(Properties['StateMachineType']).toBe('STANDARD');
    expect(Properties['LoggingConfiguration']).toBeUndefined();
    expect(Properties['TracingConfiguration']).toEqual({ Enabled: false });
  });

  it('reads ids and the answers of its tasks, and nothing that could hold a secret', () => {
    const paths = [...text.matchAll(/"(\$[^"{]*)"/g)].map(([, path]) => path);
    expect(new Set(paths)).toEqual(new Set(['$.fingerprint', '$.generation', '$.next', '$.waitSeconds']));
  });

  it('ends when a job does, and waits longer for a task than the task can run', () => {
    expect(definition.TimeoutSeconds * 1000).toBe(jobTimes.execution);
    const timeout = (name: string) => functions.get(name)?.properties.Timeout ?? Number.POSITIVE_INFINITY;
    expect(definition.States.Probe.TimeoutSeconds).toBeGreaterThan(timeout('verification/probe'));
    expect(definition.States.Conclude.TimeoutSeconds).toBeGreaterThan(timeout('verification/conclude'));
    // A slow pass is not a silent job.
    expect(definition.States.Probe.TimeoutSeconds * 1000).toBeLessThan(jobTimes.lease);
  });

  it('that dies on the way is concluded by an event', () => {
    const [machine] = resourceOf(template, 'AWS::StepFunctions::StateMachine');
    const [[id, rule] = [], ...others] = resourcesOf(template, 'AWS::Events::Rule').filter(([, { Properties }]) =>
      JSON.stringify(Properties['EventPattern'] ?? '').includes('aws.states'),
    );
    expect(others).toEqual([]);
    expect(rule?.Properties['EventPattern']).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [{ Ref: machine }], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    });
    const conclude = { 'Fn::GetAtt': [functions.get('verification/conclude')?.id, 'Arn'] };
    expect(rule?.Properties['Targets']).toEqual([
      {
        Id: expect.any(String),
        Arn: conclude,
        RetryPolicy: { MaximumRetryAttempts: 20, MaximumEventAgeInSeconds: 3600 },
      },
    ]);
    const allowed = Object.values(template.Resources).filter(
      ({ Type, Properties: of }) =>
        Type === 'AWS::Lambda::Permission' &&
        of['Principal'] === 'events.amazonaws.com' &&
        logicalIdIn(of['SourceArn']) === id &&
        textOf(of['FunctionName']) === textOf(conclude),
    );
    expect(allowed).toHaveLength(1);
  });
});

describe('an execution', () => {
  const ids = { fingerprint: 'f'.repeat(64), generation: 7 };

  const arn = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
  const substituted = JSON.parse(
    text.replace(/\$\{ProbeArn\}/, arn('probe')).replace(/\$\{ConcludeArn\}/, arn('conclude')),
  );

  /** What a task answers to one call after the other; an Error is thrown. */
  type Answers = readonly (JsonObject | Error)[];
  type JsonObject = Readonly<Record<string, string | number>>;

  /** Runs the machine, and says which tasks it called with what, and what came of it. */
  async function run(answers: Readonly<Record<'Probe' | 'Conclude', Answers>>) {
    const calls: { readonly state: string; readonly input: unknown }[] = [];
    const task = (state: keyof typeof answers) => {
      const left = [...answers[state]];
      return async (input: unknown) => {
        calls.push({ state, input });
        const answer = left.shift();
        if (answer === undefined) throw new Error(`${state} was called once too often.`);
        if (answer instanceof Error) throw answer;
        return answer;
      };
    };
    const execution = new StateMachine(substituted).run(ids, {
      overrides: {
        taskResourceLocalHandlers: { Probe: task('Probe'), Conclude: task('Conclude') },
        waitTimeOverrides: { Wait: 0 },
        retryIntervalOverrides: { Probe: 0, Conclude: 0 },
      },
    });
    const [ended] = await Promise.allSettled([execution.result]);
    return { calls, ended };
  }

  const named = (name: string) => Object.assign(new Error('words of some remote'), { name });
  const wait = (attempt: number) => ({ ...ids, attempt, next: 'wait', waitSeconds: 30 });
  const done = (attempt: number) => ({ ...ids, attempt, next: 'done', waitSeconds: 0 });

  it('probes with a growing attempt until told that it is done, then concludes with the ids', async () => {
    const { calls, ended } = await run({ Probe: [wait(1), wait(2), done(2)], Conclude: [ids] });
    expect(calls).toEqual([
      { state: 'Probe', input: { ...ids, attempt: 0 } },
      { state: 'Probe', input: wait(1) },
      { state: 'Probe', input: wait(2) },
      { state: 'Conclude', input: ids },
    ]);
    expect(ended).toEqual({ status: 'fulfilled', value: ids });
  });

  it('concludes with the ids when a pass fails, and takes none of the error along', async () => {
    const { calls } = await run({ Probe: [wait(1), named('TaskFailed')], Conclude: [ids] });
    expect(calls.at(-1)).toEqual({ state: 'Conclude', input: ids });
    expect(calls).toHaveLength(3);
    expect(JSON.stringify(calls)).not.toContain('words');
  });

  it('tries a pass again when Lambda could not run it', async () => {
    const busy = named('Lambda.TooManyRequestsException');
    const { calls } = await run({ Probe: [busy, busy, done(0)], Conclude: [ids] });
    expect(calls.map(({ state }) => state)).toEqual(['Probe', 'Probe', 'Probe', 'Conclude']);
  });

  it('concludes, too, on an answer that is neither wait nor done', async () => {
    const { calls } = await run({ Probe: [{ ...ids, attempt: 0, next: 'perhaps' }], Conclude: [ids] });
    expect(calls.map(({ state }) => state)).toEqual(['Probe', 'Conclude']);
  });

  it('tries again to conclude, whatever went wrong', async () => {
    const failed = named('TaskFailed');
    const { calls, ended } = await run({ Probe: [done(0)], Conclude: [failed, failed, failed, ids] });
    expect(calls.filter(({ state }) => state === 'Conclude')).toHaveLength(4);
    expect(ended).toEqual({ status: 'fulfilled', value: ids });
  });

  it('fails when it cannot be concluded, which the event then tells', async () => {
    const { calls, ended } = await run({ Probe: [done(0)], Conclude: Array(7).fill(named('TaskFailed')) });
    expect(calls).toHaveLength(8);
    expect(ended.status).toBe('rejected');
  });
});
