import type { SendStorageEvents } from '../../core/records/check-ports.ts';
import { variable } from '../runtime/environment.ts';
import { sendToQueue } from './sqs.ts';

/** Hands over what may cause checks, through the queue into which EventBridge puts events of the same form. */
export const sendStorageEvents: SendStorageEvents = (notices) =>
  sendToQueue(
    variable('NOTICES_QUEUE_URL'),
    notices.map((notice) => JSON.stringify(notice)),
  );
