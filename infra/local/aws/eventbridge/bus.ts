import type { EventRule } from '../../template/model.ts';
import { createDelivery, type Delivery, type DeliveryOptions, type DeliveryUnderway } from './delivery.ts';
import { compilePattern } from './pattern.ts';

/** Events published in this run are kept for observers, the last so many. */
const maxObserved = 1000;

type Event = Readonly<Record<string, unknown>>;

/** An event and what became of it at each target. */
export interface PublishedEvent {
  /** Name of the bus it was put on. */
  readonly bus: string;
  readonly event: Event;
  readonly deliveries: readonly Delivery[];
}

export interface Buses {
  /**
   * Hands the event to the targets of every rule of the bus that matches it, or of the one given rule, whatever it
   * matches. Queues have it when this returns; the promise resolves, and never rejects, when each function has taken it
   * or been given up.
   * @param bus the default one when absent
   */
  readonly publish: (event: Event, to?: { readonly bus: string } | { readonly rule: EventRule }) => Promise<void>;
  readonly observe: () => readonly PublishedEvent[];
  /** Resolves when nothing is being delivered any more, but after so many milliseconds at the latest. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface BusOptions extends DeliveryOptions {
  readonly rules: readonly EventRule[];
}

/**
 * The event buses with their rules and targets.
 * @throws StartRefused for a matcher that is not understood
 */
export function createBuses({ rules, ...options }: BusOptions): Buses {
  const compiled = rules.flatMap((rule) =>
    'pattern' in rule ? [{ rule, matches: compilePattern(rule.pattern, `Rule ${rule.name}`) }] : [],
  );
  const deliver = createDelivery(options);
  const published: PublishedEvent[] = [];
  const underway = new Set<Promise<unknown>>();

  return {
    observe: () => published,
    publish: async (event, to = { bus: 'default' }) => {
      const bus = 'rule' in to ? to.rule.bus : to.bus;
      const matching =
        'rule' in to
          ? [to.rule]
          : compiled.filter(({ rule, matches }) => rule.bus === bus && matches(event)).map(({ rule }) => rule);
      const toTargets = matching.flatMap((rule) =>
        rule.targets.map((target) => {
          const delivery: DeliveryUnderway = { rule: rule.name, target: target.arn, outcome: 'underway', attempts: 0 };
          return { rule, target, delivery };
        }),
      );
      published.push({ bus, event, deliveries: toTargets.map(({ delivery }) => delivery) });
      if (published.length > maxObserved) published.shift();
      const delivered = Promise.all(
        toTargets.map(({ rule, target, delivery }) =>
          deliver(rule, target, event, delivery).catch(() => {
            delivery.outcome = 'dropped';
            options.log(`An event of the rule ${rule.name} could not be delivered to ${target.arn}; it is dropped.`);
          }),
        ),
      );
      underway.add(delivered);
      await delivered;
      underway.delete(delivered);
    },
    close: async (graceMs) => {
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(underway), grace]);
      clearTimeout(timer);
    },
  };
}
