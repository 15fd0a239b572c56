import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { type Message, md5 } from '../message.ts';
import { toReceiptHandle } from '../receipt-handle.ts';
import { toSystemAttributes } from '../received-message.ts';

/**
 * Converts messages to the event that Lambda invokes a function with
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html).
 */
export function toSqsEvent(
  queue: { readonly name: string; readonly arn: string },
  messages: readonly Message[],
): SQSEvent {
  const [, , , region = ''] = queue.arn.split(':');
  return {
    Records: messages.map((message): SQSRecord => {
      const systemAttributes = toSystemAttributes(message);
      return {
        messageId: message.id,
        receiptHandle: toReceiptHandle(queue.name, message),
        body: message.body,
        attributes: {
          ...systemAttributes,
          ApproximateReceiveCount: systemAttributes['ApproximateReceiveCount'] ?? '',
          SentTimestamp: systemAttributes['SentTimestamp'] ?? '',
          SenderId: systemAttributes['SenderId'] ?? '',
          ApproximateFirstReceiveTimestamp: systemAttributes['ApproximateFirstReceiveTimestamp'] ?? '',
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
