import { decideAccess } from '../iam/evaluate-policy.ts';
import type { Log } from '../invoke.ts';
import { measureMessage } from './message.ts';
import type { Queues } from './queues.ts';
import type { ToMilliseconds } from './timers.ts';

/**
 * Sends an event to a queue for an EventBridge rule. `sent`: the event is stored. `refused`: the queue's policy does
 * not allow EventBridge to send for that rule, or the event is too large. `no-queue`: the template has no such queue.
 */
export type SendFromRule = (queueArn: string, body: string, ruleArn: string) => 'sent' | 'refused' | 'no-queue';

/** EventBridge's service principal, which the queue's policy has to name. */
const principal = 'events.amazonaws.com';

/** Creates the delivery of EventBridge's events to queues. @param account the account of the rules and queues */
export function createSendFromRule(queues: Queues, account: string, toMs: ToMilliseconds, log: Log): SendFromRule {
  return (queueArn, body, ruleArn) => {
    const found = queues.find(queueArn);
    if (found === undefined) return 'no-queue';
    const { policy, delaySeconds, maxMessageBytes } = found.queue;
    const verdict = decideAccess(
      policy.filter(({ services }) => services.includes(principal)),
      {
        action: 'sqs:SendMessage',
        resource: queueArn,
        keys: { 'aws:SourceArn': [ruleArn], 'aws:SourceAccount': [account] },
      },
    );
    if (verdict === 'deny') {
      log(`Refused: ${principal} is not allowed sqs:SendMessage on ${queueArn} for ${ruleArn}.`);
      return 'refused';
    }
    if (measureMessage(body, {}) > maxMessageBytes) {
      log(`Refused: an event of ${ruleArn} is larger than ${queueArn} accepts.`);
      return 'refused';
    }
    found.send([{ message: { body, attributes: {}, sender: principal }, hiddenMs: toMs(delaySeconds) }]);
    return 'sent';
  };
}
