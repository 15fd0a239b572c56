import { ServiceError } from '../service.ts';
import { type MessageAttributes, md5, md5OfAttributes, type NewMessage, sizeOf } from './message.ts';

/** One request's messages together, as much as one of them. */
export const largestRequest = 1_048_576;
const mostAttributes = 10;

/** XML's characters: SQS takes no others. */
const foreign = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** With an own label behind it, if any. */
const dataType = /^(String|Number|Binary)(\.[^\s]+)?$/;

interface Sent {
  readonly MessageBody: string;
  readonly MessageAttributes: MessageAttributes;
}

/** @throws ServiceError InvalidMessageContents, InvalidParameterValue, for what SQS would not take */
export function checkMessage({ MessageBody: body, MessageAttributes: attributes }: Sent, most: number): void {
  if (foreign.test(body)) {
    throw new ServiceError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  if (sizeOf(body, attributes) > most) {
    throw new ServiceError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Message must be shorter than ${most} bytes.`,
    );
  }
  const entries = Object.entries(attributes);
  const wrong = entries.some(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    const both = StringValue !== undefined && BinaryValue !== undefined;
    return !/^[\w.-]{1,256}$/.test(name) || !dataType.test(DataType) || !value || both;
  });
  if (wrong || entries.length > mostAttributes) {
    throw new ServiceError('InvalidParameterValue', 'The message attributes are not as SQS takes them.');
  }
}

export function checkTogether(messages: readonly Sent[]): void {
  const sum = messages.reduce(
    (bytes, { MessageBody, MessageAttributes }) => bytes + sizeOf(MessageBody, MessageAttributes),
    0,
  );
  if (sum > largestRequest) {
    throw new ServiceError('BatchRequestTooLong', `Batch requests cannot be longer than ${largestRequest} bytes.`);
  }
}

/** What the sender is told, by which it checks what arrived. */
export function sentAnswer(id: string, { body, attributes }: Pick<NewMessage, 'body' | 'attributes'>) {
  const ofAttributes = md5OfAttributes(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(ofAttributes !== undefined && { MD5OfMessageAttributes: ofAttributes }),
  };
}
