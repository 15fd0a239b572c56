import { randomUUID } from 'node:crypto';
import type { StateMachine } from '../../template/model.ts';
import { ServiceError } from '../service.ts';
import type { HistoryEvent } from './history.ts';
import { type ExecutionRecord, type Journal, nameLifetimeMs } from './journal.ts';
import { toExecutionArn, validateName } from './names.ts';
import type { RunnableMachine } from './prepare-machine.ts';
import { runExecution } from './run-execution.ts';
import { maxDataBytes, type TaskContext } from './task-handlers.ts';

/** The histories of this many ended executions stay in memory. */
const maxHistories = 1000;

/** The executions of all state machines. */
export interface Executions {
  /**
   * Starts an execution; a missing name is replaced by a UUID.
   * @throws ServiceError InvalidName, InvalidExecutionInput, ExecutionAlreadyExists
   */
  readonly start: (machine: StateMachine, name: string | undefined, input: string) => ExecutionRecord;
  /** Finds an execution by ARN. @throws ServiceError ExecutionDoesNotExist */
  readonly find: (arn: string) => ExecutionRecord;
  /** Aborts a running execution and returns its final record. An execution that has ended is not changed. */
  readonly stop: (arn: string, error?: string, cause?: string) => Promise<ExecutionRecord>;
  readonly history: (arn: string) => readonly HistoryEvent[];
  readonly list: () => readonly ExecutionRecord[];
  /** Publishes the ends of executions that the last run did not publish; resolves when they are delivered. */
  readonly recover: () => Promise<void>;
  /** Refuses new executions and aborts running ones; resolves when their events are delivered. */
  readonly close: () => Promise<void>;
}

export interface ExecutionsOptions {
  readonly runnables: ReadonlyMap<string, RunnableMachine>;
  readonly journal: Journal;
  readonly createTaskContext: (machine: StateMachine) => TaskContext;
  /** Publishes the start or the end of an execution; resolves when its deliveries have ended. */
  readonly publish: (record: ExecutionRecord) => Promise<void>;
}

/** Creates the executions of the prepared state machines. What a crash left running is recorded as ABORTED. */
export function createExecutions({ runnables, journal, createTaskContext, publish }: ExecutionsOptions): Executions {
  const running = new Map<
    string,
    { abort: () => void; done: Promise<void>; stopReason: { error?: string; cause?: string } }
  >();
  const histories = new Map<string, readonly HistoryEvent[]>();
  const publishing = new Set<Promise<void>>();
  let isClosing = false;

  const publishEnd = (record: ExecutionRecord): Promise<void> => {
    const published = publish(record).then(() => journal.write({ ...record, delivered: true }));
    publishing.add(published);
    return published.finally(() => publishing.delete(published));
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

  // A crash of the process has ended the executions that were running.
  const leftRunning = [...journal.records.values()].filter(({ status }) => status === 'RUNNING');
  for (const record of leftRunning) journal.write({ ...record, status: 'ABORTED', stopDate: Date.now() });

  return {
    find,
    start: (machine, givenName, input) => {
      const name = givenName === undefined ? randomUUID() : validateName(givenName);
      validateInput(input);
      const arn = toExecutionArn(machine.arn, name);
      const earlier = journal.records.get(arn);
      if (earlier !== undefined && earlier.startDate > Date.now() - nameLifetimeMs) {
        if (earlier.status === 'RUNNING' && earlier.input === input) return earlier;
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      const runnable = runnables.get(machine.arn);
      if (runnable === undefined || isClosing)
        throw new Error(`The state machine ${machine.name} cannot start: it is unknown, or the server is stopping.`);

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
      const { history, ended, abort } = runExecution(
        runnable,
        { executionArn: arn, name, input },
        createTaskContext(machine),
      );
      histories.set(arn, history.events);
      const stopReason = {};
      const done = ended.then((outcome) => {
        const record: ExecutionRecord = {
          ...started,
          ...outcome,
          ...(outcome.status === 'ABORTED' ? stopReason : {}),
          stopDate: Date.now(),
        };
        journal.write(record);
        running.delete(arn);
        forgetOldHistories();
        void publishEnd(record);
      });
      running.set(arn, { abort, done, stopReason });
      return started;
    },
    stop: async (arn, error, cause) => {
      const record = find(arn);
      const execution = running.get(arn);
      if (execution === undefined) return record;
      // StopExecution's error and cause become those of the execution.
      if (error !== undefined) execution.stopReason.error = error;
      if (cause !== undefined) execution.stopReason.cause = cause;
      execution.abort();
      await execution.done;
      return find(arn);
    },
    history: (arn) => histories.get(arn) ?? reconstructHistory(find(arn)),
    list: () => [...journal.records.values()],
    recover: async () => {
      const unpublished = [...journal.records.values()].filter(
        ({ status, delivered, executionArn: arn }) => status !== 'RUNNING' && !delivered && !histories.has(arn),
      );
      await Promise.all(unpublished.map(publishEnd));
    },
    close: async () => {
      isClosing = true;
      const aborted = [...running.values()];
      for (const { abort } of aborted) abort();
      await Promise.all(aborted.map(({ done }) => done));
      await Promise.all(publishing);
    },
  };
}

/**
 * Validates an execution's input.
 * @throws ServiceError InvalidExecutionInput when it is not JSON; ValidationException above 256 KiB
 */
function validateInput(input: string): void {
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

/** Reconstructs the first and last event of an execution of an earlier run, because histories are not stored. */
function reconstructHistory(record: ExecutionRecord): readonly HistoryEvent[] {
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
