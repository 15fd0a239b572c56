import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod/mini';

export const attributeSchema = z.strictObject({
  DataType: z.string(),
  StringValue: z.optional(z.string()),
  /** Base64. */
  BinaryValue: z.optional(z.string()),
});

/** What a sender puts beside the body, by name. */
export type MessageAttributes = Readonly<Record<string, z.infer<typeof attributeSchema>>>;

export const messageSchema = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), attributeSchema),
  /** As the attribute `SenderId` gives it. */
  sender: z.string(),
  /** Milliseconds since 1970, like all times here; of the first queue, when the message has moved. */
  sentAt: z.number(),
  /** Until then no receiver sees it. */
  visibleAt: z.number(),
  /** Across all queues. */
  receives: z.number(),
  /** How many of those were before it came to this queue. */
  receivedBefore: z.number(),
  firstReceivedAt: z.optional(z.number()),
  /** ARN of the queue whose dead letter it is. */
  deadLetterOf: z.optional(z.string()),
});

/** A message in a queue. */
export type Message = z.infer<typeof messageSchema>;

export type NewMessage = Pick<Message, 'body' | 'attributes' | 'sender'>;

/** @param hiddenMs for how long nobody sees it */
export function newMessage(sent: NewMessage, now: number, hiddenMs: number): Message {
  return { ...sent, id: randomUUID(), sentAt: now, visibleAt: now + hiddenMs, receives: 0, receivedBefore: 0 };
}

/** Bytes that count for the limits: the body, and name, type and value of each attribute. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum +
      byteLength(name) +
      byteLength(DataType) +
      byteLength(StringValue) +
      Buffer.from(BinaryValue, 'base64').length,
    byteLength(body),
  );
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

export function md5(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The checksum of message attributes (SQS Developer Guide, "Calculating the MD5 message digest for message
 * attributes"): by name, each part with its length before it, and one byte for the kind of the value.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue, BinaryValue = '' } = attributes[name] ?? {};
    const value = StringValue === undefined ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue);
    const kind = StringValue === undefined ? 2 : 1;
    return [
      ...withLength(Buffer.from(name)),
      ...withLength(Buffer.from(DataType)),
      Buffer.of(kind),
      ...withLength(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function withLength(bytes: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
