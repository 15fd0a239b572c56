import type { LocalTemplate } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import type { Invoke, Log } from '../invoke.ts';
import type { AwsEnvironment, JsonService } from '../service.ts';
import { prepare, type Waits } from './definition.ts';
import { createExecutions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { type ExecutionRecord, openJournal } from './journal.ts';
import { createStepFunctionsService } from './service.ts';
import { type BusEvent, statusChange } from './status-change.ts';

/** An execution with its history, as an observer sees it. */
export type ObservedExecution = ExecutionRecord & { readonly history: readonly HistoryEvent[] };

export interface StepFunctions {
  readonly service: JsonService;
  readonly observe: () => readonly ObservedExecution[];
  /** Publishes what the last run did not get to. */
  readonly recover: () => Promise<void>;
  /** Aborts what runs and waits for its events to be delivered, at most so long. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface StepFunctionsOptions {
  readonly template: LocalTemplate;
  readonly env: AwsEnvironment;
  /** Path of the journal's file. */
  readonly journal: string;
  readonly invoke: Invoke;
  readonly publish: (event: BusEvent) => Promise<void>;
  readonly waits?: Waits;
  readonly log: Log;
}

/** The state machines of a template, ready to run. @throws StartRefused for a definition that would not run as on AWS */
export function openStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { template, env, invoke, publish, waits, log } = options;
  const { stateMachines: machines, functions, roles } = template;
  const runnables = new Map(machines.map((machine) => [machine.arn, prepare(machine, functions, waits)]));
  const executions = createExecutions({
    runnables,
    journal: openJournal(options.journal),
    publish: (record) => publish(statusChange(record, env)),
    tasks: (machine) => ({
      ...{ functions, invoke, waits, log },
      role:
        roles.find(({ arn }) => arn === machine.role) ??
        refuse(`State machine ${machine.name} runs as a role that the template does not have.`),
    }),
  });
  return {
    service: createStepFunctionsService(machines, executions),
    observe: () => executions.all().map((record) => ({ ...record, history: executions.history(record.executionArn) })),
    recover: executions.recover,
    close: async (graceMs) => {
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([executions.close(), grace]);
      clearTimeout(timer);
    },
  };
}
