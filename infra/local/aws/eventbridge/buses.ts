import type { EventRule } from '../../template/model.ts';
import { createDeliver, type Delivery, type DeliveryOptions, type PendingDelivery } from './delivery.ts';
import { compilePattern } from './pattern.ts';

/** Observers see this many of the last events. */
const maxObservedEvents = 1000;

type Event = Readonly<Record<string, unknown>>;

/** An event and its delivery to each target. */
export interface PublishedEvent {
  /** The name of the bus that received it. */
  readonly bus: string;
  readonly event: Event;
  readonly deliveries: readonly Delivery[];
}

/** The event buses of the account. */
export interface Buses {
  /**
   * Delivers an event to the targets of the bus's matching rules, or of one given rule whatever its pattern.
   * Queues have the event when this returns. The promise never rejects; it resolves when every function has succeeded
   * or every retry has failed.
   * @param to a bus or a rule; the default bus when absent
   */
  readonly publish: (event: Event, to?: { readonly bus: string } | { readonly rule: EventRule }) => Promise<void>;
  readonly observe: () => readonly PublishedEvent[];
  /** Waits for deliveries in progress, for at most `graceMs` milliseconds. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface BusOptions extends DeliveryOptions {
  readonly rules: readonly EventRule[];
}

/**
 * Creates the event buses with their rules and targets.
 * @throws StartRefused for an unsupported matcher
 */
export function createBuses({ rules, ...options }: BusOptions): Buses {
  const compiled = rules.flatMap((rule) =>
    'pattern' in rule ? [{ rule, matches: compilePattern(rule.pattern, `Rule ${rule.name}`) }] : [],
  );
  const deliver = createDeliver(options);
  const publishedEvents: PublishedEvent[] = [];
  const inProgress = new Set<Promise<unknown>>();

  return {
    observe: () => publishedEvents,
    publish: async (event, to = { bus: 'default' }) => {
      const bus = 'rule' in to ? to.rule.bus : to.bus;
      const matching =
        'rule' in to
          ? [to.rule]
          : compiled.filter(({ rule, matches }) => rule.bus === bus && matches(event)).map(({ rule }) => rule);
      const pending = matching.flatMap((rule) =>
        rule.targets.map((target) => {
          const delivery: PendingDelivery = { rule: rule.name, target: target.arn, outcome: 'underway', attempts: 0 };
          return { rule, target, delivery };
        }),
      );
      publishedEvents.push({ bus, event, deliveries: pending.map(({ delivery }) => delivery) });
      if (publishedEvents.length > maxObservedEvents) publishedEvents.shift();
      const deliveries = Promise.all(
        pending.map(({ rule, target, delivery }) =>
          deliver(rule, target, event, delivery).catch(() => {
            delivery.outcome = 'dropped';
            options.log(
              `Dropped an event of the rule ${rule.name}: its delivery to ${target.arn} failed unexpectedly.`,
            );
          }),
        ),
      );
      inProgress.add(deliveries);
      await deliveries;
      inProgress.delete(deliveries);
    },
    close: async (graceMs) => {
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(inProgress), grace]);
      clearTimeout(timer);
    },
  };
}
