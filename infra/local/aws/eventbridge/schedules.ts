import type { EventRule } from '../../template/model.ts';
import type { AwsEnvironment } from '../service.ts';
import { enveloped, eventTime } from './envelope.ts';

export interface Schedules {
  /**
   * Runs a scheduled rule now, whether or not it is running already; resolves when its targets have taken the event or
   * been given up.
   * @param which the rule's name or logical id
   * @throws Error when the template has no such enabled schedule
   */
  readonly trigger: (which: string) => Promise<void>;
  /** From now on each runs by the clock, for the first time after one period. */
  readonly start: () => void;
  readonly stop: () => void;
}

export interface ScheduleOptions {
  readonly rules: readonly EventRule[];
  readonly env: AwsEnvironment;
  /** Hands the event to the targets of the rule; resolves when they are done with it. */
  readonly run: (rule: EventRule, event: Readonly<Record<string, unknown>>) => Promise<void>;
}

/**
 * The rules that go by the clock, once they are started. A turn is left out while the one before it still runs, so that
 * none pile up behind a slow function.
 */
export function createSchedules({ rules, env, run }: ScheduleOptions): Schedules {
  const scheduled = rules.flatMap((rule) => ('everySeconds' in rule ? [rule] : []));
  const occur = (rule: EventRule): Promise<void> =>
    run(
      rule,
      enveloped({
        ...env,
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        detail: {},
        resources: [rule.arn],
        time: eventTime(Date.now()),
      }),
    );

  const running = new Set<EventRule>();
  const turn = async (rule: EventRule): Promise<void> => {
    if (running.has(rule)) return;
    running.add(rule);
    await occur(rule);
    running.delete(rule);
  };
  let timers: readonly NodeJS.Timeout[] = [];

  return {
    trigger: async (which) => {
      const rule = scheduled.find(({ name, logicalId }) => name === which || logicalId === which);
      if (rule === undefined) throw new Error(`The template has no schedule ${which}.`);
      await occur(rule);
    },
    start: () => {
      timers = scheduled.map((rule) => setInterval(() => void turn(rule), rule.everySeconds * 1000).unref());
    },
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
