import type * as z from 'zod/mini';
import {
  type AwsEnvironment,
  type Caller,
  type JsonService,
  type Operation,
  parseInput,
  ServiceError,
} from '../service.ts';
import * as inputs from './inputs.ts';
import { processEntries } from './process-entries.ts';
import type { OpenQueue } from './queue.ts';
import { readQueueAttributes } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { parseReceiptHandle } from './receipt-handle.ts';
import { toReceivedMessage, validateSystemAttributeNames } from './received-message.ts';
import { toSendResult, validateMessage, validateRequestSize } from './send.ts';
import type { ToMilliseconds } from './timers.ts';

export interface SqsServiceOptions {
  readonly queues: Queues;
  readonly env: AwsEnvironment;
  readonly toMs: ToMilliseconds;
  /** Gives the URL by which the SDK reaches a queue on this server. */
  readonly toLocalUrl: (queue: OpenQueue) => string;
  /** Waits until the queue may have a visible message, for at most `ms`. False once polls have been ended. */
  readonly waitForVisible: (queue: OpenQueue, ms: number) => Promise<boolean>;
}

/** PurgeQueue is allowed once per queue in this time. */
const minPurgeIntervalMs = 60_000;

/** Creates the SQS service for standard queues. */
export function createSqsService({ queues, env, toMs, toLocalUrl, waitForVisible }: SqsServiceOptions): JsonService {
  const purgedAt = new Map<string, number>();

  /** Finds a queue for a permitted caller. @throws ServiceError for a missing permission before a missing queue */
  const findPermittedQueue = (action: string, account: string, name: string, caller: Caller): OpenQueue => {
    const arn = `arn:aws:sqs:${env.region}:${account}:${name}`;
    caller.require(`sqs:${action}`, arn);
    const found = queues.find(arn);
    if (found === undefined) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return found;
  };
  /** Defines an operation on the queue that a URL names; only the URL's path counts. */
  const defineOperation =
    <S extends z.ZodMiniType<{ readonly QueueUrl: string }>>(
      action: string,
      schema: S,
      perform: (queue: OpenQueue, input: z.infer<S>, caller: Caller) => Promise<unknown> | unknown,
    ): Operation =>
    async (rawInput, caller) => {
      const input = parseInput(schema, rawInput);
      const [, account, name] = /^https?:\/\/[^/]+\/(\d{12})\/([\w-]{1,80})$/.exec(input.QueueUrl) ?? [];
      if (account === undefined || name === undefined) {
        throw new ServiceError('InvalidAddress', 'The specified queue URL is invalid.');
      }
      return perform(findPermittedQueue(action, account, name, caller), input, caller);
    };

  const send = (queue: OpenQueue, sent: z.infer<typeof inputs.sendSchema> | SendEntry, caller: Caller) => {
    const { maxMessageBytes, delaySeconds } = queue.queue;
    validateMessage(sent, maxMessageBytes);
    const message = { body: sent.MessageBody, attributes: sent.MessageAttributes, sender: caller.id };
    const hiddenMs = toMs(sent.DelaySeconds ?? delaySeconds);
    const [{ id } = { id: '' }] = queue.send([{ message, hiddenMs }]);
    return toSendResult(id, message);
  };

  return {
    target: 'AmazonSQS',
    signingName: 'sqs',
    operations: {
      SendMessage: defineOperation('SendMessage', inputs.sendSchema, send),
      SendMessageBatch: defineOperation('SendMessage', inputs.sendBatchSchema, (found, { Entries }, caller) => {
        validateRequestSize(Entries);
        return processEntries(Entries, (entry) => send(found, entry, caller));
      }),
      ReceiveMessage: defineOperation('ReceiveMessage', inputs.receiveSchema, async (found, input) => {
        const { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] } = input;
        const systemNames = [...AttributeNames, ...MessageSystemAttributeNames];
        validateSystemAttributeNames(systemNames);
        const hiddenMs = toMs(input.VisibilityTimeout ?? found.queue.visibilitySeconds);
        const deadline = Date.now() + (input.WaitTimeSeconds ?? found.queue.receiveWaitSeconds) * 1000;
        for (;;) {
          const messages = found.receive(input.MaxNumberOfMessages, hiddenMs);
          const remainingMs = deadline - Date.now();
          if (messages.length > 0) {
            return {
              Messages: messages.map((message) =>
                toReceivedMessage(found.queue.name, message, systemNames, MessageAttributeNames),
              ),
            };
          }
          if (remainingMs <= 0 || !(await waitForVisible(found, remainingMs))) return {};
        }
      }),
      DeleteMessage: defineOperation('DeleteMessage', inputs.deleteSchema, (found, { ReceiptHandle }) =>
        found.remove([parseReceiptHandle(found.queue.name, ReceiptHandle)]),
      ),
      DeleteMessageBatch: defineOperation('DeleteMessage', inputs.deleteBatchSchema, (found, { Entries }) =>
        processEntries(Entries, ({ ReceiptHandle }) => {
          found.remove([parseReceiptHandle(found.queue.name, ReceiptHandle)]);
          return {};
        }),
      ),
      ChangeMessageVisibility: defineOperation('ChangeMessageVisibility', inputs.visibilitySchema, (found, input) => {
        const outcome = found.hide(
          [parseReceiptHandle(found.queue.name, input.ReceiptHandle)],
          toMs(input.VisibilityTimeout),
        );
        if (outcome === 'hidden') return;
        throw new ServiceError('MessageNotInflight', 'The specified message is not in flight.');
      }),
      GetQueueAttributes: defineOperation(
        'GetQueueAttributes',
        inputs.attributesSchema,
        (found, { AttributeNames = [] }) => readQueueAttributes(found, AttributeNames),
      ),
      GetQueueUrl: async (rawInput, caller) => {
        const { QueueName, QueueOwnerAWSAccountId = env.account } = parseInput(inputs.urlSchema, rawInput);
        return { QueueUrl: toLocalUrl(findPermittedQueue('GetQueueUrl', QueueOwnerAWSAccountId, QueueName, caller)) };
      },
      PurgeQueue: defineOperation('PurgeQueue', inputs.purgeSchema, (found) => {
        const { name } = found.queue;
        if (Date.now() - (purgedAt.get(name) ?? 0) < minPurgeIntervalMs) {
          throw new ServiceError(
            'PurgeQueueInProgress',
            `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
          );
        }
        found.purge();
        purgedAt.set(name, Date.now());
      }),
    },
  };
}

type SendEntry = z.infer<typeof inputs.sendBatchSchema>['Entries'][number];
