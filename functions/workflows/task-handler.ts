import middy from '@middy/core';
import type { PortName, Ports } from '../core/ports.ts';
import { clock, storageDeadline, surveyDeadline } from '../platform/runtime/clock.ts';
import { logUnexpected } from '../platform/runtime/log.ts';
import type { Task } from './task.ts';

/**
 * Makes a Lambda handler of a task and the adapters of its ports. An error that leaves it reaches the state machine's
 * history, so it carries no message of whatever failed.
 */
export const taskHandler = <Needs extends PortName, Output>(task: Task<Needs, Output>, ports: Pick<Ports, Needs>) =>
  middy<unknown, Output>({
    // Lambda ends what takes too long: work that only nobody waited for any more could record a verdict later.
    timeoutEarlyInMillis: 0,
  })
    .use({
      onError: ({ error, context }) => {
        logUnexpected(`${task.workflow}/${task.name}`, context.awsRequestId, error);
        throw new TaskFailed();
      },
    })
    .handler((input, { awsRequestId }) =>
      task.run(input, ports, {
        ...{ ...clock, deadline: storageDeadline(), surveyDeadline: surveyDeadline() },
        report: (error) => logUnexpected(`${task.workflow}/${task.name}`, awsRequestId, error),
      }),
    );

/** All that the state machine learns of a failed task; the log has the rest. */
class TaskFailed extends Error {
  override readonly name = 'TaskFailed';
}
