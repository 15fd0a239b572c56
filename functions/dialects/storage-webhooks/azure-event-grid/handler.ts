import { senderLambda } from '../../../http/endpoints/webhook-handler.ts';
import { sendNotices } from '../../../platform/reverification/storage-event-queue.ts';
import { verifySender } from '../../../platform/tokens/verify-sender.ts';
import { azureEventGrid } from './endpoint.ts';

export const handler = senderLambda(azureEventGrid, {
  'senders.verify': verifySender,
  'notices.send': sendNotices,
});
