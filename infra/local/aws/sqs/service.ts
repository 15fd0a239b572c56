import type * as z from 'zod/mini';
import {
  type AwsEnvironment,
  type Caller,
  type JsonService,
  type Operation,
  parseInput,
  ServiceError,
} from '../service.ts';
import { attributesOf } from './attributes.ts';
import { eachOf } from './batch.ts';
import * as inputs from './inputs.ts';
import type { Wait } from './open-sqs.ts';
import { checkSystemNames, receivedAnswer } from './poller/received-batch.ts';
import type { OpenQueue } from './queue.ts';
import type { Queues } from './queues.ts';
import { receiptOf } from './receipt.ts';
import { checkMessage, checkTogether, sentAnswer } from './send.ts';

export interface SqsServiceOptions {
  readonly queues: Queues;
  readonly env: AwsEnvironment;
  readonly wait: Wait;
  /** The URL by which the SDK finds a queue here. */
  readonly urlOf: (queue: OpenQueue) => string;
  /** Waits until the queue may have something visible, or for so long. False when nobody is to wait any more. */
  readonly visible: (queue: OpenQueue, ms: number) => Promise<boolean>;
}

/** A queue is emptied at most once in this time (PurgeQueue). */
const purgeMs = 60_000;

/** SQS on the wire: standard queues. */
export function createSqsService({ queues, env, wait, urlOf, visible }: SqsServiceOptions): JsonService {
  const purged = new Map<string, number>();

  /** @throws ServiceError for one who may not, before it says whether there is such a queue */
  const allowed = (action: string, account: string, name: string, caller: Caller): OpenQueue => {
    const arn = `arn:aws:sqs:${env.region}:${account}:${name}`;
    caller.require(`sqs:${action}`, arn);
    const found = queues.find(arn);
    if (found === undefined) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return found;
  };
  /** An operation on a queue by its URL, of which only the path counts. */
  const on =
    <S extends z.ZodMiniType<{ readonly QueueUrl: string }>>(
      action: string,
      schema: S,
      act: (queue: OpenQueue, input: z.infer<S>, caller: Caller) => Promise<unknown> | unknown,
    ): Operation =>
    async (raw, caller) => {
      const input = parseInput(schema, raw);
      const [, account, name] = /^https?:\/\/[^/]+\/(\d{12})\/([\w-]{1,80})$/.exec(input.QueueUrl) ?? [];
      if (account === undefined || name === undefined) {
        throw new ServiceError('InvalidAddress', 'The specified queue URL is not one.');
      }
      return act(allowed(action, account, name, caller), input, caller);
    };

  const send = (found: OpenQueue, sent: z.infer<typeof inputs.sendSchema> | SendEntry, caller: Caller) => {
    const { maxMessageBytes, delaySeconds } = found.queue;
    checkMessage(sent, maxMessageBytes);
    const message = { body: sent.MessageBody, attributes: sent.MessageAttributes, sender: caller.id };
    const hiddenMs = wait(sent.DelaySeconds ?? delaySeconds);
    const [{ id } = { id: '' }] = found.send([{ message, hiddenMs }]);
    return sentAnswer(id, message);
  };

  return {
    target: 'AmazonSQS',
    signingName: 'sqs',
    operations: {
      SendMessage: on('SendMessage', inputs.sendSchema, send),
      SendMessageBatch: on('SendMessage', inputs.sendBatchSchema, (found, { Entries }, caller) => {
        checkTogether(Entries);
        return eachOf(Entries, (entry) => send(found, entry, caller));
      }),
      ReceiveMessage: on('ReceiveMessage', inputs.receiveSchema, async (found, input) => {
        const { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] } = input;
        const system = [...AttributeNames, ...MessageSystemAttributeNames];
        checkSystemNames(system);
        const hiddenMs = wait(input.VisibilityTimeout ?? found.queue.visibilitySeconds);
        const until = Date.now() + (input.WaitTimeSeconds ?? found.queue.receiveWaitSeconds) * 1000;
        for (;;) {
          const messages = found.receive(input.MaxNumberOfMessages, hiddenMs);
          const left = until - Date.now();
          if (messages.length > 0) {
            return {
              Messages: messages.map((each) => receivedAnswer(found.queue.name, each, system, MessageAttributeNames)),
            };
          }
          if (left <= 0 || !(await visible(found, left))) return {};
        }
      }),
      DeleteMessage: on('DeleteMessage', inputs.deleteSchema, (found, { ReceiptHandle }) =>
        found.remove([receiptOf(found.queue.name, ReceiptHandle)]),
      ),
      DeleteMessageBatch: on('DeleteMessage', inputs.deleteBatchSchema, (found, { Entries }) =>
        eachOf(Entries, ({ ReceiptHandle }) => {
          found.remove([receiptOf(found.queue.name, ReceiptHandle)]);
          return {};
        }),
      ),
      ChangeMessageVisibility: on('ChangeMessageVisibility', inputs.visibilitySchema, (found, input) => {
        const outcome = found.hide([receiptOf(found.queue.name, input.ReceiptHandle)], wait(input.VisibilityTimeout));
        if (outcome === 'hidden') return;
        throw new ServiceError('MessageNotInflight', 'The specified message is not in flight.');
      }),
      GetQueueAttributes: on('GetQueueAttributes', inputs.attributesSchema, (found, { AttributeNames = [] }) =>
        attributesOf(found, AttributeNames),
      ),
      GetQueueUrl: async (raw, caller) => {
        const { QueueName, QueueOwnerAWSAccountId = env.account } = parseInput(inputs.urlSchema, raw);
        return { QueueUrl: urlOf(allowed('GetQueueUrl', QueueOwnerAWSAccountId, QueueName, caller)) };
      },
      PurgeQueue: on('PurgeQueue', inputs.purgeSchema, (found) => {
        const { name } = found.queue;
        if (Date.now() - (purged.get(name) ?? 0) < purgeMs) {
          throw new ServiceError(
            'PurgeQueueInProgress',
            `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
          );
        }
        found.purge();
        purged.set(name, Date.now());
      }),
    },
  };
}

type SendEntry = z.infer<typeof inputs.sendBatchSchema>['Entries'][number];
