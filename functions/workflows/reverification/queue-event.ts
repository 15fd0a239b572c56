import * as z from 'zod/mini';

/** What Lambda hands over of a queue ("Using Lambda with Amazon SQS"), as far as it is used. */
const queueEvent = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

export interface QueueMessage {
  readonly id: string;
  /** Parsed JSON; undefined where the body is none. */
  readonly body: unknown;
}

/** @throws Error for what is no event of a queue */
export const messagesOf = (event: unknown): readonly QueueMessage[] =>
  queueEvent.parse(event).Records.map(({ messageId: id, body }) => ({ id, body: parsed(body) }));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
