import { ServiceError } from '../../service.ts';
import { type Message, type MessageAttributes, md5, md5OfAttributes } from '../message.ts';
import { handleOf } from '../receipt.ts';

/** What SQS itself says of a message, by the names of ReceiveMessage. */
export function systemAttributes(message: Message): Readonly<Record<string, string>> {
  return {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAt),
    SenderId: message.sender,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.deadLetterOf !== undefined && { DeadLetterQueueSourceArn: message.deadLetterOf }),
  };
}

/** Those that no message here has: of FIFO queues, and of tracing. */
const absent = ['AWSTraceHeader', 'MessageDeduplicationId', 'MessageGroupId', 'SequenceNumber'];
const known = new Set([
  ...absent,
  ...['All', 'ApproximateReceiveCount', 'SentTimestamp', 'SenderId', 'ApproximateFirstReceiveTimestamp'],
  'DeadLetterQueueSourceArn',
]);

/** @throws ServiceError InvalidAttributeName */
export function checkSystemNames(names: readonly string[]): void {
  if (names.some((name) => !known.has(name))) {
    throw new ServiceError('InvalidAttributeName', 'The specified attribute does not exist.');
  }
}

/**
 * A message as ReceiveMessage answers it.
 * @param system names of system attributes, or `All`
 * @param own names of the message's attributes, `All`, or the beginning of some with `.*` behind it
 */
export function receivedAnswer(queue: string, message: Message, system: readonly string[], own: readonly string[]) {
  const said = Object.entries(systemAttributes(message)).filter(([name]) => wants(system, name));
  const attributes: MessageAttributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => wants(own, name)),
  );
  const ofAttributes = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: handleOf(queue, message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(said.length > 0 && { Attributes: Object.fromEntries(said) }),
    ...(ofAttributes !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: ofAttributes }),
  };
}

function wants(names: readonly string[], name: string): boolean {
  return names.some(
    (wanted) =>
      wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -'.*'.length))),
  );
}
