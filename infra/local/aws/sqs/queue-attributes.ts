import { ServiceError } from '../service.ts';
import type { OpenQueue } from './queue.ts';

/**
 * Reads a queue's attributes by name, or all of them for `All`.
 * @throws ServiceError InvalidAttributeName, also for attributes that only the real SQS has
 */
export function readQueueAttributes({ queue, countMessages, applyTimeouts }: OpenQueue, names: readonly string[]) {
  applyTimeouts();
  const { waiting, inFlight, delayed } = countMessages();
  const { redrive } = queue;
  const all: Readonly<Record<string, string>> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(queue.visibilitySeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitSeconds),
    MaximumMessageSize: String(queue.maxMessageBytes),
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
  if (names.includes('All')) return { Attributes: all };
  // A queue without a dead-letter queue has no RedrivePolicy, which is no error.
  const unknown = names.find((name) => all[name] === undefined && name !== 'RedrivePolicy');
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) };
}
