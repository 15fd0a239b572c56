import type { SendChecks } from '../core/check-ports.ts';
import { variable } from './environment.ts';
import { sendToQueue } from './queue.ts';

/** Hands checks over through their queue. */
export const sendChecks: SendChecks = (messages) =>
  sendToQueue(
    variable('CHECKS_QUEUE_URL'),
    messages.map((message) => JSON.stringify(message)),
  );
