import type { SendChecks } from '../../core/records/check-ports.ts';
import { variable } from '../runtime/environment.ts';
import { sendToQueue } from './sqs.ts';

/** Hands checks over through their queue. */
export const sendChecks: SendChecks = (messages) =>
  sendToQueue(
    variable('CHECKS_QUEUE_URL'),
    messages.map((message) => JSON.stringify(message)),
  );
