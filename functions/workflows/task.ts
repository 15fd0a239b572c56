import type { PortName, Ports } from '../core/ports.ts';

/** What a task knows of the moment it runs in. */
export interface TaskContext {
  /** Milliseconds since the epoch, now. */
  readonly now: () => number;
  /** Milliseconds on a steady scale, for durations. */
  readonly clock: () => number;
  /** Uniformly distributed in [0, 1). */
  readonly random: () => number;
  /** Ends every call to a storage that a pass makes. */
  readonly deadline: AbortSignal;
  /** Ends those of a survey, which follows a pass and takes longer. */
  readonly surveyDeadline: AbortSignal;
  /** Tells the log of an error that the task goes on after; its message is left out. */
  readonly report: (error: unknown) => void;
}

/**
 * One step of a workflow as data, declared like an endpoint: a name, the rights it needs, and a function. Input and
 * output pass through the state machine's history, so neither ever holds a secret.
 */
export interface Task<Needs extends PortName = PortName, Output = unknown> {
  /** The folder under `workflows/`. */
  readonly workflow: string;
  /** Names the folder `<name>/` of the task, and the function. */
  readonly name: string;
  readonly needs: readonly Needs[];
  run(input: unknown, ports: Pick<Ports, Needs>, context: TaskContext): Promise<Output>;
}

/** Declares a task; the ports its `run` gets are those it names. */
export const task = <const Needs extends PortName, Output>(declared: Task<Needs, Output>): Task<Needs, Output> =>
  declared;
