import { ServiceError } from '../service.ts';
import { computeAttributesMd5, type MessageAttributes, md5, measureMessage, type NewMessage } from './message.ts';

/** The limit of all messages of a request together. */
export const maxRequestBytes = 1_048_576;
const maxAttributes = 10;

/** SQS accepts only the characters that XML allows. */
const disallowedCharacter = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** The data type may end with a custom label. */
const dataTypePattern = /^(String|Number|Binary)(\.[^\s]+)?$/;

interface SentMessage {
  readonly MessageBody: string;
  readonly MessageAttributes: MessageAttributes;
}

/**
 * Validates a message as SQS does.
 * @param maxBytes the queue's maximum message size
 * @throws ServiceError InvalidMessageContents, InvalidParameterValue
 */
export function validateMessage(
  { MessageBody: body, MessageAttributes: attributes }: SentMessage,
  maxBytes: number,
): void {
  if (disallowedCharacter.test(body)) {
    throw new ServiceError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  }
  if (measureMessage(body, attributes) > maxBytes) {
    throw new ServiceError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Message must be shorter than ${maxBytes} bytes.`,
    );
  }
  const entries = Object.entries(attributes);
  const isInvalid = entries.some(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    const hasBoth = StringValue !== undefined && BinaryValue !== undefined;
    return !/^[\w.-]{1,256}$/.test(name) || !dataTypePattern.test(DataType) || !value || hasBoth;
  });
  if (isInvalid || entries.length > maxAttributes) {
    throw new ServiceError('InvalidParameterValue', 'The message attributes are invalid.');
  }
}

/** Validates the size of a batch. @throws ServiceError BatchRequestTooLong */
export function validateRequestSize(messages: readonly SentMessage[]): void {
  const sum = messages.reduce(
    (bytes, { MessageBody, MessageAttributes }) => bytes + measureMessage(MessageBody, MessageAttributes),
    0,
  );
  if (sum > maxRequestBytes) {
    throw new ServiceError('BatchRequestTooLong', `Batch requests cannot be longer than ${maxRequestBytes} bytes.`);
  }
}

/** Builds SendMessage's result, whose digests the sender compares with its own. */
export function toSendResult(id: string, { body, attributes }: Pick<NewMessage, 'body' | 'attributes'>) {
  const attributesMd5 = computeAttributesMd5(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(attributesMd5 !== undefined && { MD5OfMessageAttributes: attributesMd5 }),
  };
}
