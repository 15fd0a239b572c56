import { setTimeout as sleep } from 'node:timers/promises';
import type { EventRule, LocalFunction } from '../../template/model.ts';
import type { Invoke, Log } from '../invoke.ts';
import { compilePattern } from './pattern.ts';

/** Lambda's service principal, as the function's permissions name the bus. */
const principal = 'events.amazonaws.com';

/** Events published in this run are kept for observers, the last so many. */
const maxObserved = 1000;

/** An event and what became of it at each target. */
export interface PublishedEvent {
  readonly event: Readonly<Record<string, unknown>>;
  readonly deliveries: readonly {
    readonly rule: string;
    readonly target: string;
    /** `refused`: the function's permissions do not let EventBridge invoke it. `dropped`: every attempt failed. */
    readonly outcome: 'underway' | 'delivered' | 'refused' | 'dropped';
    readonly attempts: number;
  }[];
}

export interface Bus {
  /** Hands the event to the targets of every matching rule; resolves when each has taken it or been given up. */
  readonly publish: (event: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly observe: () => readonly PublishedEvent[];
}

export interface BusOptions {
  readonly rules: readonly EventRule[];
  readonly functions: readonly LocalFunction[];
  readonly invoke: Invoke;
  readonly log: Log;
  /** Milliseconds before the first and the second repetition; Lambda itself waits one and two minutes. */
  readonly retryDelays: readonly [number, number];
}

/**
 * The default event bus with its Lambda targets: invoked asynchronously, and repeated when the function fails, as often
 * as its EventInvokeConfig says (twice when it says nothing).
 * @throws StartRefused for a matcher that is not understood
 */
export function createBus({ rules, functions, invoke, log, retryDelays }: BusOptions): Bus {
  const compiled = rules.map((rule) => ({ ...rule, matches: compilePattern(rule.pattern, `Rule ${rule.name}`) }));
  const published: PublishedEvent[] = [];

  type Delivery = {
    -readonly [K in keyof PublishedEvent['deliveries'][number]]: PublishedEvent['deliveries'][number][K];
  };

  const deliver = async (delivery: Delivery, event: Readonly<Record<string, unknown>>): Promise<void> => {
    const target = functions.find(({ arn }) => arn === delivery.target);
    if (!target?.invokers.includes(principal)) {
      delivery.outcome = 'refused';
      log(`Refused: ${principal} is not allowed lambda:InvokeFunction on ${delivery.target}.`);
      return;
    }
    const retries = target.asyncRetries ?? 2;
    for (const delay of [0, ...retryDelays.slice(0, retries)]) {
      if (delay > 0) await sleep(delay);
      delivery.attempts += 1;
      const outcome = await invoke(target.arn, event).catch(() => undefined);
      if (outcome?.ok) {
        delivery.outcome = 'delivered';
        return;
      }
    }
    delivery.outcome = 'dropped';
    log(
      `${target.logicalId} failed ${delivery.attempts} times on an event of the rule ${delivery.rule}; it is dropped.`,
    );
  };

  return {
    observe: () => published,
    publish: async (event) => {
      const deliveries = compiled
        .filter(({ matches }) => matches(event))
        .flatMap(({ name, targets }) =>
          targets.map((target): Delivery => ({ rule: name, target, outcome: 'underway', attempts: 0 })),
        );
      published.push({ event, deliveries });
      if (published.length > maxObserved) published.shift();
      await Promise.all(deliveries.map((delivery) => deliver(delivery, event)));
    },
  };
}
