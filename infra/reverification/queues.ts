import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ServiceFunction } from '../functions/service-function.ts';

/** Six times what a task may take, as Lambda asks for (Developer Guide, "Configuring a queue to use with Lambda"). */
const visibility = Duration.seconds(6 * 30);

/** The queues, which hold names of rows and events, and the functions that take from them. */
export class CheckQueues extends Construct {
  /** One connection to be looked at, each. */
  readonly checks: Queue;
  /** Events that may cause checks. */
  readonly notices: Queue;
  /** What could not be worked on, or not be delivered: for somebody to look at. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const sealed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...sealed, retentionPeriod: Duration.days(14) });
    const worked = {
      ...sealed,
      visibilityTimeout: visibility,
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 3 },
    };
    this.checks = new Queue(this, 'Checks', worked);
    this.notices = new Queue(this, 'Notices', worked);
  }
}

/** How a function takes from a queue. */
export interface Taking {
  /** Messages per call: 1 to 10. The function names those that failed where it can be given several. */
  readonly batch: number;
  /** Calls at a time: 2 to 1,000. */
  readonly atOnce: number;
}

/**
 * Has Lambda call a function with what is in a queue. Lambda reads it as the function's role, which gets the rights for
 * it here: the CDK's own event source would put them into a policy beside the role.
 */
export function takes(worker: ServiceFunction, queue: Queue, { batch, atOnce }: Taking): void {
  worker.allow({
    sid: 'OwnQueue',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queue.queueArn],
  });
  new EventSourceMapping(worker, 'Takes', {
    target: worker.lambda,
    eventSourceArn: queue.queueArn,
    batchSize: batch,
    maxConcurrency: atOnce,
    reportBatchItemFailures: batch > 1,
  });
}
