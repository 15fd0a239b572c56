import type { LocalTemplate } from '../../template/model.ts';
import type { AwsEnvironment, JsonService } from '../service.ts';
import { createBuses, type PublishedEvent } from './bus.ts';
import type { DeliveryOptions } from './delivery.ts';
import { type EventContent, enveloped } from './envelope.ts';
import { createEventBridgeService } from './put-events.ts';
import { createSchedules, type Schedules } from './schedules.ts';

/**
 * An event that a rule in another account sends to a bus of this one: admitted when a statement of the bus's policy
 * names the account, and the source if it names any. It has been handed to every queue when the promise resolves.
 */
export type Forward = (event: EventContent, bus: string) => Promise<'admitted' | 'refused'>;

export interface EventBridge {
  readonly service: JsonService;
  /** An event of a service of this account, on the default bus; resolves when every target is done with it. */
  readonly publish: (event: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly forward: Forward;
  readonly trigger: Schedules['trigger'];
  readonly startSchedules: Schedules['start'];
  readonly observe: () => readonly PublishedEvent[];
  /** Ends the schedules, and waits for what is being delivered, at most so long. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface EventBridgeOptions extends Omit<DeliveryOptions, 'functions'> {
  readonly template: LocalTemplate;
  readonly env: AwsEnvironment;
}

/** EventBridge with the buses and rules of a template. @throws StartRefused for a matcher that is not understood */
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
    forward: async (event, name) => {
      const { admits = [] } = template.buses.find((bus) => bus.name === name) ?? {};
      const isAdmitted = admits.some(
        ({ accounts, sources }) =>
          accounts.includes(event.account) && (sources === undefined || sources.includes(event.source)),
      );
      if (!isAdmitted) {
        options.log(`Refused: account ${event.account} is not allowed events:PutEvents on the bus ${name}.`);
        return 'refused';
      }
      void buses.publish(enveloped(event), { bus: name });
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
