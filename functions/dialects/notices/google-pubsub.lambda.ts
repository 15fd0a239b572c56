import { senderLambda } from '../../http/sender-lambda.ts';
import { sendNotices } from '../../platform/notice-queue.ts';
import { verifySender } from '../../platform/senders.ts';
import { googlePubSub } from './endpoints.ts';

export const handler = senderLambda(googlePubSub, {
  'senders.verify': verifySender,
  'notices.send': sendNotices,
});
