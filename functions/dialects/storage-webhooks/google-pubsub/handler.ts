import { senderLambda } from '../../../http/endpoints/webhook-handler.ts';
import { sendNotices } from '../../../platform/reverification/storage-event-queue.ts';
import { verifySender } from '../../../platform/tokens/verify-sender.ts';
import { googlePubSub } from './endpoint.ts';

export const handler = senderLambda(googlePubSub, {
  'senders.verify': verifySender,
  'notices.send': sendNotices,
});
