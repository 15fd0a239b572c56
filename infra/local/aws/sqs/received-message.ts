import { ServiceError } from '../service.ts';
import { computeAttributesMd5, type Message, type MessageAttributes, md5 } from './message.ts';
import { toReceiptHandle } from './receipt-handle.ts';

/** Converts a message's state to SQS's system attributes. */
export function toSystemAttributes(message: Message): Readonly<Record<string, string>> {
  return {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAt),
    SenderId: message.sender,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.deadLetterOf !== undefined && { DeadLetterQueueSourceArn: message.deadLetterOf }),
  };
}

/** Names that are valid but never present here: those of FIFO queues and of tracing. */
const absentNames = ['AWSTraceHeader', 'MessageDeduplicationId', 'MessageGroupId', 'SequenceNumber'];
const validNames = new Set([
  ...absentNames,
  ...['All', 'ApproximateReceiveCount', 'SentTimestamp', 'SenderId', 'ApproximateFirstReceiveTimestamp'],
  'DeadLetterQueueSourceArn',
]);

/** Validates the requested system attributes. @throws ServiceError InvalidAttributeName */
export function validateSystemAttributeNames(names: readonly string[]): void {
  if (names.some((name) => !validNames.has(name))) {
    throw new ServiceError('InvalidAttributeName', 'The specified attribute does not exist.');
  }
}

/**
 * Converts a message to ReceiveMessage's form.
 * @param systemNames the requested system attributes, or `All`
 * @param attributeNames the requested message attributes, `All`, or a prefix followed by `.*`
 */
export function toReceivedMessage(
  queue: string,
  message: Message,
  systemNames: readonly string[],
  attributeNames: readonly string[],
) {
  const systemAttributes = Object.entries(toSystemAttributes(message)).filter(([name]) =>
    isRequested(systemNames, name),
  );
  const attributes: MessageAttributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => isRequested(attributeNames, name)),
  );
  const attributesMd5 = computeAttributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: toReceiptHandle(queue, message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(systemAttributes.length > 0 && { Attributes: Object.fromEntries(systemAttributes) }),
    ...(attributesMd5 !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: attributesMd5 }),
  };
}

function isRequested(requested: readonly string[], name: string): boolean {
  return requested.some(
    (wanted) =>
      wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -'.*'.length))),
  );
}
