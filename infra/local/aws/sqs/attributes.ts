import { ServiceError } from '../service.ts';
import type { OpenQueue } from './queue.ts';

/**
 * A queue's attributes by name, or `All`.
 * @throws ServiceError InvalidAttributeName, for those too that SQS has and the local target does not
 */
export function attributesOf({ queue, counts, settle }: OpenQueue, names: readonly string[]) {
  settle();
  const { waiting, inFlight, delayed } = counts();
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
  // A queue without dead letters has no RedrivePolicy to tell of.
  const unknown = names.find((name) => all[name] === undefined && name !== 'RedrivePolicy');
  if (unknown !== undefined) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))) };
}
