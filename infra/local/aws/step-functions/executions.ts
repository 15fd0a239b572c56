import { randomUUID } from 'node:crypto';
import type { StateMachine } from '../../template/model.ts';
import { ServiceError } from '../service.ts';
import type { Runnable } from './definition.ts';
import { type Ending, run } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import { type ExecutionRecord, type Journal, nameLifeMs } from './journal.ts';
import { checkName, executionArn } from './names.ts';
import { maxDataBytes, type TaskSurroundings } from './tasks.ts';

/** Histories of executions that have ended are kept for so many of them. */
const maxHistories = 1000;

export interface Executions {
  /** @throws ServiceError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists */
  readonly start: (machine: StateMachine, name: string | undefined, input: string) => ExecutionRecord;
  /** @throws ServiceError ExecutionDoesNotExist */
  readonly find: (arn: string) => ExecutionRecord;
  /** Ends a running execution and gives its last state; one that has ended stays as it is. */
  readonly stop: (arn: string, error?: string, cause?: string) => Promise<ExecutionRecord>;
  readonly history: (arn: string) => readonly HistoryEvent[];
  readonly all: () => readonly ExecutionRecord[];
  /** Tells of everything that the last run left untold, and resolves when it has been told. */
  readonly recover: () => Promise<void>;
  /** Starts nothing more, aborts what runs, and resolves when its targets have been told. */
  readonly close: () => Promise<void>;
}

export interface ExecutionSurroundings {
  readonly runnables: ReadonlyMap<string, Runnable>;
  readonly journal: Journal;
  readonly tasks: (machine: StateMachine) => TaskSurroundings;
  /** Called at the start and the end of an execution; resolves when whoever listens has been told, or given up. */
  readonly publish: (record: ExecutionRecord) => Promise<void>;
}

export function createExecutions({ runnables, journal, tasks, publish }: ExecutionSurroundings): Executions {
  const running = new Map<
    string,
    { abort: () => void; done: Promise<void>; reason: { error?: string; cause?: string } }
  >();
  const histories = new Map<string, readonly HistoryEvent[]>();
  const telling = new Set<Promise<void>>();
  let closing = false;

  const tell = (record: ExecutionRecord): Promise<void> => {
    const told = publish(record).then(() => journal.write({ ...record, delivered: true }));
    telling.add(told);
    return told.finally(() => telling.delete(told));
  };

  const find = (arn: string): ExecutionRecord => {
    const record = journal.records.get(arn);
    if (record !== undefined) return record;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  };

  const forgetOldHistories = () => {
    const ended = [...histories.keys()].filter((arn) => !running.has(arn));
    for (const arn of ended.slice(0, Math.max(ended.length - maxHistories, 0))) histories.delete(arn);
  };

  // What a crash left running has ended with it, whatever it was doing.
  const leftRunning = [...journal.records.values()].filter(({ status }) => status === 'RUNNING');
  for (const record of leftRunning) journal.write({ ...record, status: 'ABORTED', stopDate: Date.now() });

  return {
    find,
    start: (machine, wanted, input) => {
      const name = wanted === undefined ? randomUUID() : checkName(wanted);
      checkInput(input);
      const arn = executionArn(machine.arn, name);
      const earlier = journal.records.get(arn);
      if (earlier !== undefined && earlier.startDate > Date.now() - nameLifeMs) {
        if (earlier.status === 'RUNNING' && earlier.input === input) return earlier;
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      const runnable = runnables.get(machine.arn);
      if (runnable === undefined || closing) throw new Error(`The state machine ${machine.name} cannot be run.`);

      const started: ExecutionRecord = {
        executionArn: arn,
        stateMachineArn: machine.arn,
        name,
        status: 'RUNNING',
        startDate: Date.now(),
        input,
        delivered: false,
      };
      journal.write(started);
      void publish(started);
      const { history, ended, abort } = run(runnable, { executionArn: arn, name, input }, tasks(machine));
      histories.set(arn, history.events);
      const reason = {};
      const done = ended.then((ending) => {
        const record: ExecutionRecord = { ...started, ...ending, ...reasonOf(ending, reason), stopDate: Date.now() };
        journal.write(record);
        running.delete(arn);
        forgetOldHistories();
        void tell(record);
      });
      running.set(arn, { abort, done, reason });
      return started;
    },
    stop: async (arn, error, cause) => {
      const record = find(arn);
      const one = running.get(arn);
      if (one === undefined) return record;
      if (error !== undefined) one.reason.error = error;
      if (cause !== undefined) one.reason.cause = cause;
      one.abort();
      await one.done;
      return find(arn);
    },
    history: (arn) => histories.get(arn) ?? retold(find(arn)),
    all: () => [...journal.records.values()],
    recover: async () => {
      const untold = [...journal.records.values()].filter(
        ({ status, delivered, executionArn: arn }) => status !== 'RUNNING' && !delivered && !histories.has(arn),
      );
      await Promise.all(untold.map(tell));
    },
    close: async () => {
      closing = true;
      const ending = [...running.values()];
      for (const { abort } of ending) abort();
      await Promise.all(ending.map(({ done }) => done));
      await Promise.all(telling);
    },
  };
}

/** What StopExecution said is the error of an execution that it ended. */
function reasonOf(ending: Ending, reason: { error?: string; cause?: string }): { error?: string; cause?: string } {
  return ending.status === 'ABORTED' ? reason : {};
}

/** @throws ServiceError InvalidExecutionInput for what is no JSON; ValidationException for more than 256 KiB */
function checkInput(input: string): void {
  if (Buffer.byteLength(input) > maxDataBytes) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: input must have at most ${maxDataBytes} bytes.`,
    );
  }
  try {
    JSON.parse(input);
  } catch {
    throw new ServiceError(
      'InvalidExecutionInput',
      "Invalid State Machine Execution Input: 'Invalid execution input.'",
    );
  }
}

/** The first and last event of an execution of an earlier run, whose history is not kept. */
function retold(record: ExecutionRecord): readonly HistoryEvent[] {
  const { input, output, error, cause, startDate, stopDate = startDate } = record;
  const types = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', TIMED_OUT: 'TimedOut', ABORTED: 'Aborted', RUNNING: '' };
  const type = types[record.status];
  return [
    {
      id: 1,
      previousEventId: 0,
      timestamp: startDate,
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input },
    },
    {
      id: 2,
      previousEventId: 1,
      timestamp: stopDate,
      type: `Execution${type}`,
      [`execution${type}EventDetails`]: { output, error, cause },
    },
  ];
}
