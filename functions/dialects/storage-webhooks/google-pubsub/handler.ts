import { webhookHandler } from '../../../http/endpoints/webhook-handler.ts';
import { sendStorageEvents } from '../../../platform/reverification/storage-event-queue.ts';
import { verifySender } from '../../../platform/tokens/verify-sender.ts';
import { googlePubSub } from './endpoint.ts';

export const handler = webhookHandler(googlePubSub, {
  'webhookSenders.verify': verifySender,
  'storageEvents.send': sendStorageEvents,
});
