import type { LocalTemplate } from '../../template/model.ts';
import type { AwsEnvironment, JsonService } from '../service.ts';
import { createBuses, type PublishedEvent } from './buses.ts';
import type { DeliveryOptions } from './delivery.ts';
import { type EventContent, toBusEvent } from './envelope.ts';
import { createSchedules, type Schedules } from './schedules.ts';
import { createEventBridgeService } from './service.ts';

/**
 * Sends an event of another account to a bus of this one. The bus's policy has to name the account, and the source if
 * it names any. Every queue has the event when the promise resolves.
 */
export type ForwardEvent = (event: EventContent, bus: string) => Promise<'admitted' | 'refused'>;

export interface EventBridge {
  readonly service: JsonService;
  /** Publishes an event of an AWS service on the default bus; resolves when its deliveries have ended. */
  readonly publish: (event: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly forward: ForwardEvent;
  readonly trigger: Schedules['trigger'];
  readonly startSchedules: Schedules['start'];
  readonly observe: () => readonly PublishedEvent[];
  /** Stops the schedules, and waits for deliveries in progress, for at most `graceMs` milliseconds. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface EventBridgeOptions extends Omit<DeliveryOptions, 'functions'> {
  readonly template: LocalTemplate;
  readonly env: AwsEnvironment;
}

/** Opens EventBridge with the buses and rules of a template. @throws StartRefused for an unsupported matcher */
export function openEventBridge({ template, env, ...options }: EventBridgeOptions): EventBridge {
  const { functions, rules } = template;
  const buses = createBuses({ rules, functions, ...options });
  const schedules = createSchedules({ rules, env, run: (rule, event) => buses.publish(event, { rule }) });
  return {
    service: createEventBridgeService({
      env,
      buses: ['default', ...template.buses.map(({ name }) => name)],
      publish: (event, bus) => void buses.publish(event, { bus }),
    }),
    publish: (event) => buses.publish(event),
    forward: async (event, busName) => {
      const { admits = [] } = template.buses.find((bus) => bus.name === busName) ?? {};
      const isAdmitted = admits.some(
        ({ accounts, sources }) =>
          accounts.includes(event.account) && (sources === undefined || sources.includes(event.source)),
      );
      if (!isAdmitted) {
        options.log(`Refused: account ${event.account} is not allowed events:PutEvents on the bus ${busName}.`);
        return 'refused';
      }
      void buses.publish(toBusEvent(event), { bus: busName });
      return 'admitted';
    },
    trigger: schedules.trigger,
    startSchedules: schedules.start,
    observe: buses.observe,
    close: (graceMs) => {
      schedules.stop();
      return buses.close(graceMs);
    },
  };
}
