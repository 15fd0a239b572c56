import { senderLambda } from '../../http/sender-lambda.ts';
import { sendNotices } from '../../platform/notice-queue.ts';
import { verifySender } from '../../platform/senders.ts';
import { azureEventGrid } from './endpoints.ts';

export const handler = senderLambda(azureEventGrid, {
  'senders.verify': verifySender,
  'notices.send': sendNotices,
});
