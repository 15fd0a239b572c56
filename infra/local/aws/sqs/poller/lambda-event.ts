import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type Message, md5 } from '../message.ts';
import { handleOf } from '../receipt.ts';
import { systemAttributes } from './received-batch.ts';

/** What Lambda invokes a function with for messages of a queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
export function sqsEvent(
  queue: { readonly name: string; readonly arn: string },
  messages: readonly Message[],
): SQSEvent {
  const [, , , region = ''] = queue.arn.split(':');
  return {
    Records: messages.map((message): SQSRecord => {
      const said = systemAttributes(message);
      return {
        messageId: message.id,
        receiptHandle: handleOf(queue.name, message),
        body: message.body,
        attributes: {
          ...said,
          ApproximateReceiveCount: said['ApproximateReceiveCount'] ?? '',
          SentTimestamp: said['SentTimestamp'] ?? '',
          SenderId: said['SenderId'] ?? '',
          ApproximateFirstReceiveTimestamp: said['ApproximateFirstReceiveTimestamp'] ?? '',
        },
        messageAttributes: Object.fromEntries(
          Object.entries(message.attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
            name,
            {
              ...(StringValue !== undefined && { stringValue: StringValue }),
              ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
              stringListValues: [],
              binaryListValues: [],
              dataType: DataType,
            },
          ]),
        ),
        md5OfBody: md5(message.body),
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: region,
      };
    }),
  };
}
