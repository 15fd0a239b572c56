import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Queue } from '../../../../../infra/local/template/model.ts';
import { account, region } from '../test-aws.ts';

/** Creates a queue with SQS's defaults, except for a visibility timeout that outlasts every test. */
export function createQueue(name: string, more: Partial<Queue> = {}): Queue {
  return {
    logicalId: name,
    name,
    arn: `arn:aws:sqs:${region}:${account}:${name}`,
    url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    visibilitySeconds: 43_200,
    retentionSeconds: 345_600,
    delaySeconds: 0,
    receiveWaitSeconds: 0,
    maxMessageBytes: 1_048_576,
    policy: [],
    ...more,
  };
}

/** In tests a second of a queue's timeouts takes this many milliseconds. */
export const secondMs = 10;
export const visibility = (seconds: number): number => seconds * secondMs;

/** Creates shorthands for the common calls on one queue. */
export function createQueueClient(client: SQSClient, { url: QueueUrl }: Queue) {
  return {
    send: (MessageBody: string, more = {}) => client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    receive: async (more = {}) => {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...more }));
      return Messages;
    },
    /** Waits for the next message and hides it for `VisibilityTimeout` seconds. */
    receiveNext: async (VisibilityTimeout = 43_200) => {
      const input = { QueueUrl, VisibilityTimeout, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All' as const] };
      const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand(input));
      if (message === undefined) throw new Error(`No message came to ${QueueUrl}.`);
      return message;
    },
    remove: (ReceiptHandle = '') => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    hide: (ReceiptHandle = '', VisibilityTimeout = 0) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
  };
}
