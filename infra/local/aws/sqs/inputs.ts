import * as z from 'zod/mini';
import { attributeSchema } from './message.ts';

/** The inputs that the local SQS supports; any other parameter is refused. */

const url = { QueueUrl: z.string() };
const seconds = (max: number) => z.optional(z.int().check(z.gte(0), z.lte(max)));
const delay = seconds(900);
const visibility = z.int().check(z.gte(0), z.lte(43_200));
const names = z.optional(z.array(z.string()));
const attributes = z._default(z.record(z.string(), attributeSchema), {});
// SQS has error codes of its own for a batch's limits, so process-entries.ts checks them.
const batchOf = <S extends z.ZodMiniType>(entry: S) => z.strictObject({ ...url, Entries: z.array(entry) });
const receipt = { ReceiptHandle: z.string() };

const message = { MessageBody: z.string().check(z.minLength(1)), DelaySeconds: delay, MessageAttributes: attributes };

export const sendSchema = z.strictObject({ ...url, ...message });
export const sendBatchSchema = batchOf(z.strictObject({ Id: z.string(), ...message }));
export const receiveSchema = z.strictObject({
  ...url,
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
  MaxNumberOfMessages: z._default(z.int().check(z.gte(1), z.lte(10)), 1),
  VisibilityTimeout: z.optional(visibility),
  WaitTimeSeconds: seconds(20),
});
export const deleteSchema = z.strictObject({ ...url, ...receipt });
export const deleteBatchSchema = batchOf(z.strictObject({ Id: z.string(), ...receipt }));
export const visibilitySchema = z.strictObject({ ...url, ...receipt, VisibilityTimeout: visibility });
export const attributesSchema = z.strictObject({ ...url, AttributeNames: names });
export const urlSchema = z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: z.optional(z.string()) });
export const purgeSchema = z.strictObject(url);
