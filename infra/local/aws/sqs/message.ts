import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';

/** An attribute of a message, as the SQS API has it. */
export const attributeSchema = z.strictObject({
  DataType: z.string(),
  StringValue: z.optional(z.string()),
  /** Base64. */
  BinaryValue: z.optional(z.string()),
});

/** The attributes that a sender adds to the body, by name. */
export type MessageAttributes = Readonly<Record<string, z.infer<typeof attributeSchema>>>;

/** A message with its state in a queue. All times are milliseconds since 1970. */
export const messageSchema = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), attributeSchema),
  /** The system attribute `SenderId`. */
  sender: z.string(),
  /** A message that has moved keeps the time of its first queue. */
  sentAt: z.number(),
  /** Receivers do not see the message before this time. */
  visibleAt: z.number(),
  /** How often the message has been received, in all queues. */
  receives: z.number(),
  /** How many of those receives happened before it came to this queue. */
  receivedBefore: z.number(),
  firstReceivedAt: z.optional(z.number()),
  /** The ARN of the queue whose dead letter it is. */
  deadLetterOf: z.optional(z.string()),
});

export type Message = z.infer<typeof messageSchema>;

/** The parts of a message that its sender decides. */
export type NewMessage = Pick<Message, 'body' | 'attributes' | 'sender'>;

/** Creates a message from what was sent. @param now milliseconds since 1970 @param hiddenMs its delay */
export function createMessage(sent: NewMessage, now: number, hiddenMs: number): Message {
  return { ...sent, id: randomUUID(), sentAt: now, visibleAt: now + hiddenMs, receives: 0, receivedBefore: 0 };
}

/** Measures the bytes that count for SQS's limits: the body, and name, type and value of each attribute. */
export function measureMessage(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      Buffer.from(BinaryValue, 'base64').length,
    Buffer.byteLength(body),
  );
}

/** Computes an MD5 digest in hexadecimal, as SQS gives it. */
export function md5(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * Computes the MD5 digest of message attributes: sorted by name, each part preceded by its length, and one byte for the
 * kind of the value
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html). Undefined
 * when there are no attributes.
 */
export function computeAttributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue, BinaryValue = '' } = attributes[name] ?? {};
    const value = StringValue === undefined ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue);
    const kind = StringValue === undefined ? 2 : 1;
    return [
      ...prefixWithLength(Buffer.from(name)),
      ...prefixWithLength(Buffer.from(DataType)),
      Buffer.of(kind),
      ...prefixWithLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function prefixWithLength(bytes: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
