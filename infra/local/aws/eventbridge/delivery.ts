import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRule, EventTarget, LocalFunction } from '../../template/model.ts';
import type { Invoke, Log } from '../invoke.ts';
import type { SendFromRule } from '../sqs/rule-target.ts';

/** Lambda's service principal, as the function's permissions name the bus. */
const principal = 'events.amazonaws.com';

/** What became of an event at one target. */
export interface Delivery {
  readonly rule: string;
  readonly target: string;
  /**
   * `refused`: the target's permissions do not let EventBridge use it. `dead letter`: they do not, and the queue for
   * such events has it. `dropped`: every attempt failed.
   */
  readonly outcome: 'underway' | 'delivered' | 'refused' | 'dead letter' | 'dropped';
  readonly attempts: number;
}

export interface DeliveryOptions {
  readonly functions: readonly LocalFunction[];
  readonly invoke: Invoke;
  readonly sendFromRule: SendFromRule;
  readonly log: Log;
  /** Milliseconds before the first and the second repetition; Lambda itself waits one and two minutes. */
  readonly retryDelays: readonly [number, number];
}

export type DeliveryUnderway = { -readonly [K in keyof Delivery]: Delivery[K] };

/** Takes an event to a target and notes in `delivery` how far it has come. A queue has it before this returns. */
export type Deliver = (
  rule: EventRule,
  target: EventTarget,
  event: object,
  delivery: DeliveryUnderway,
) => Promise<void>;

/**
 * Delivers events. A function is invoked asynchronously, and again when it fails, as often as its EventInvokeConfig says
 * (twice when it says nothing); what it fails at for good is Lambda's to drop. What a target may not be given at all is
 * not tried again, and goes to the rule's dead letters for it.
 */
export function createDelivery({ functions, invoke, sendFromRule, log, retryDelays }: DeliveryOptions): Deliver {
  /** A refusal is logged by the queue, which knows why. */
  const isSent = (queueArn: string, rule: EventRule, event: object): boolean => {
    const outcome = sendFromRule(queueArn, JSON.stringify(event), rule.arn);
    if (outcome === 'no-queue') log(`The rule ${rule.name} sends to ${queueArn}, which the template does not have.`);
    return outcome === 'sent';
  };

  const undelivered = (rule: EventRule, target: EventTarget, event: object): Delivery['outcome'] =>
    target.deadLetterArn !== undefined && isSent(target.deadLetterArn, rule, event) ? 'dead letter' : 'refused';

  const invoked = async (
    target: LocalFunction,
    event: object,
    delivery: DeliveryUnderway,
  ): Promise<Delivery['outcome']> => {
    for (const delay of [0, ...retryDelays.slice(0, target.asyncRetries ?? 2)]) {
      if (delay > 0) await sleep(delay);
      delivery.attempts += 1;
      const outcome = await invoke(target.arn, event).catch(() => undefined);
      if (outcome?.ok) return 'delivered';
    }
    log(
      `${target.logicalId} failed ${delivery.attempts} times on an event of the rule ${delivery.rule}; it is dropped.`,
    );
    return 'dropped';
  };

  return async (rule, target, event, delivery) => {
    switch (target.kind) {
      case 'queue': {
        delivery.attempts = 1;
        delivery.outcome = isSent(target.arn, rule, event) ? 'delivered' : undelivered(rule, target, event);
        return;
      }
      case 'function': {
        const found = functions.find(({ arn }) => arn === target.arn);
        if (found?.invokers.includes(principal)) {
          delivery.outcome = await invoked(found, event, delivery);
          return;
        }
        log(`Refused: ${principal} is not allowed lambda:InvokeFunction on ${target.arn}.`);
        delivery.outcome = undelivered(rule, target, event);
        return;
      }
    }
  };
}
