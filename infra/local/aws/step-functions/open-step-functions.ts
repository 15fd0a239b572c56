import type { LocalTemplate } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import type { BusEvent } from '../eventbridge/envelope.ts';
import type { Invoke, Log } from '../invoke.ts';
import type { AwsEnvironment, JsonService } from '../service.ts';
import { createExecutions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { type ExecutionRecord, openJournal } from './journal.ts';
import { prepareMachine, type ToWaitMs } from './prepare-machine.ts';
import { createStepFunctionsService } from './service.ts';
import { toStatusChangeEvent } from './status-change-event.ts';

/** An execution with its history, for tests and the operator. */
export type ObservedExecution = ExecutionRecord & { readonly history: readonly HistoryEvent[] };

/** The local Step Functions with its executions. */
export interface StepFunctions {
  readonly service: JsonService;
  readonly observe: () => readonly ObservedExecution[];
  /** Publishes the ends of executions that the last run did not publish. */
  readonly recover: () => Promise<void>;
  /** Aborts running executions and waits for the delivery of their events, for at most `graceMs` milliseconds. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface StepFunctionsOptions {
  readonly template: LocalTemplate;
  readonly env: AwsEnvironment;
  /** The path of the journal. */
  readonly journal: string;
  readonly invoke: Invoke;
  readonly publish: (event: BusEvent) => Promise<void>;
  readonly waits?: ToWaitMs;
  readonly log: Log;
}

/** Opens the state machines of a template. @throws StartRefused for a definition that would run differently on AWS */
export function openStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { template, env, invoke, publish, waits, log } = options;
  const { stateMachines: machines, functions, roles } = template;
  const runnables = new Map(machines.map((machine) => [machine.arn, prepareMachine(machine, functions, waits)]));
  const executions = createExecutions({
    runnables,
    journal: openJournal(options.journal),
    publish: (record) => publish(toStatusChangeEvent(record, env)),
    createTaskContext: (machine) => ({
      ...{ functions, invoke, toWaitMs: waits, log },
      role:
        roles.find(({ arn }) => arn === machine.role) ??
        refuse(`State machine ${machine.name} has the role ${machine.role}, which is not in the template.`),
    }),
  });
  return {
    service: createStepFunctionsService(machines, executions),
    observe: () => executions.list().map((record) => ({ ...record, history: executions.history(record.executionArn) })),
    recover: executions.recover,
    close: async (graceMs) => {
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([executions.close(), grace]);
      clearTimeout(timer);
    },
  };
}
