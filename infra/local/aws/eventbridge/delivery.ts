import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRule, EventTarget, LocalFunction } from '../../template/model.ts';
import type { Invoke, Log } from '../invoke.ts';
import type { SendFromRule } from '../sqs/rule-target.ts';

/** EventBridge's service principal, which a function's resource policy has to name. */
const principal = 'events.amazonaws.com';

/** The delivery of an event to one target. */
export interface Delivery {
  readonly rule: string;
  readonly target: string;
  /**
   * `refused`: the target's policy does not allow EventBridge. `dead letter`: likewise, and the dead-letter queue has
   * the event. `dropped`: every attempt failed.
   */
  readonly outcome: 'underway' | 'delivered' | 'refused' | 'dead letter' | 'dropped';
  readonly attempts: number;
}

export interface DeliveryOptions {
  readonly functions: readonly LocalFunction[];
  readonly invoke: Invoke;
  readonly sendFromRule: SendFromRule;
  readonly log: Log;
  /** Milliseconds before the first and the second retry. Lambda itself waits one and two minutes. */
  readonly retryDelays: readonly [number, number];
}

/** A delivery that is still being updated. */
export type PendingDelivery = { -readonly [K in keyof Delivery]: Delivery[K] };

/** Delivers an event to a target and updates `delivery`. A queue has the event before this returns. */
export type Deliver = (rule: EventRule, target: EventTarget, event: object, delivery: PendingDelivery) => Promise<void>;

/**
 * Creates the delivery of events to functions and queues.
 * A failing function is retried as often as its EventInvokeConfig says, twice by default; then Lambda drops the event.
 * A refused event is not retried, and goes to the target's dead-letter queue.
 */
export function createDeliver({ functions, invoke, sendFromRule, log, retryDelays }: DeliveryOptions): Deliver {
  /** Sends to a queue and tells whether it succeeded. The queue logs its refusals, because it knows the reason. */
  const trySend = (queueArn: string, rule: EventRule, event: object): boolean => {
    const outcome = sendFromRule(queueArn, JSON.stringify(event), rule.arn);
    if (outcome === 'no-queue')
      log(`The rule ${rule.name} sends to the queue ${queueArn}, which is not in the template.`);
    return outcome === 'sent';
  };

  const sendToDeadLetters = (rule: EventRule, target: EventTarget, event: object): Delivery['outcome'] =>
    target.deadLetterArn !== undefined && trySend(target.deadLetterArn, rule, event) ? 'dead letter' : 'refused';

  const invokeWithRetries = async (
    target: LocalFunction,
    event: object,
    delivery: PendingDelivery,
  ): Promise<Delivery['outcome']> => {
    for (const delay of [0, ...retryDelays.slice(0, target.asyncRetries ?? 2)]) {
      if (delay > 0) await sleep(delay);
      delivery.attempts += 1;
      const outcome = await invoke(target.arn, event).catch(() => undefined);
      if (outcome?.ok) return 'delivered';
    }
    log(`Dropped an event of the rule ${delivery.rule}: ${target.logicalId} failed ${delivery.attempts} times.`);
    return 'dropped';
  };

  return async (rule, target, event, delivery) => {
    switch (target.kind) {
      case 'queue': {
        delivery.attempts = 1;
        delivery.outcome = trySend(target.arn, rule, event) ? 'delivered' : sendToDeadLetters(rule, target, event);
        return;
      }
      case 'function': {
        const fn = functions.find(({ arn }) => arn === target.arn);
        if (fn?.invokers.includes(principal)) {
          delivery.outcome = await invokeWithRetries(fn, event, delivery);
          return;
        }
        log(`Refused: ${principal} is not allowed lambda:InvokeFunction on ${target.arn}.`);
        delivery.outcome = sendToDeadLetters(rule, target, event);
        return;
      }
    }
  };
}
