import { decideAccess } from '../iam/evaluate-policy.ts';
import type { Log } from '../invoke.ts';
import { sizeOf } from './message.ts';
import type { Wait } from './open-sqs.ts';
import type { Queues } from './queues.ts';

/**
 * Sends an event into a queue for an EventBridge rule. `refused`: the queue's policy does not let EventBridge send for
 * that rule, or the event is larger than the queue takes. `no-queue`: the template has no such queue. Sent means kept.
 */
export type SendFromRule = (queueArn: string, body: string, ruleArn: string) => 'sent' | 'refused' | 'no-queue';

/** EventBridge's service principal, as policies of queues name it. */
const principal = 'events.amazonaws.com';

/** @param account the account of rules and queues */
export function createSendFromRule(queues: Queues, account: string, wait: Wait, log: Log): SendFromRule {
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
    if (sizeOf(body, {}) > maxMessageBytes) {
      log(`Refused: an event of ${ruleArn} is larger than ${queueArn} takes.`);
      return 'refused';
    }
    found.send([{ message: { body, attributes: {}, sender: principal }, hiddenMs: wait(delaySeconds) }]);
    return 'sent';
  };
}
