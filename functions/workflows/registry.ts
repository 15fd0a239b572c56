import type { PortName } from '../core/ports.ts';
import { check } from './reverification/check/task.ts';
import { janitor } from './reverification/janitor/task.ts';
import { storageEvent } from './reverification/storage-event/task.ts';
import { sweep } from './reverification/sweep/task.ts';
import { conclude } from './verification/conclude/task.ts';
import { probe } from './verification/probe/task.ts';

/** What the deployment needs to know of a task. */
export interface DeclaredTask {
  readonly workflow: string;
  readonly name: string;
  readonly needs: readonly PortName[];
}

/** Every task there is: the one list from which functions and grants are made. */
export const tasks: readonly DeclaredTask[] = [probe, conclude, sweep, check, storageEvent, janitor];
