import type { EventRule } from '../../template/model.ts';
import type { AwsEnvironment } from '../service.ts';
import { formatEventTime, toBusEvent } from './envelope.ts';

/** The scheduled rules of a template. */
export interface Schedules {
  /**
   * Runs a scheduled rule immediately, even if it is already running; resolves when its deliveries have ended.
   * @param ruleId the rule's name or logical id
   * @throws Error when the template has no such enabled schedule
   */
  readonly trigger: (ruleId: string) => Promise<void>;
  /** Starts the timers. Each rule runs for the first time after one period. */
  readonly start: () => void;
  readonly stop: () => void;
}

export interface ScheduleOptions {
  readonly rules: readonly EventRule[];
  readonly env: AwsEnvironment;
  /** Delivers the event to the rule's targets; resolves when the deliveries have ended. */
  readonly run: (rule: EventRule, event: Readonly<Record<string, unknown>>) => Promise<void>;
}

/**
 * Creates the scheduled rules, which run once they are started. A run is skipped while the previous one is in progress,
 * so that runs do not pile up behind a slow function.
 */
export function createSchedules({ rules, env, run }: ScheduleOptions): Schedules {
  const scheduled = rules.flatMap((rule) => ('everySeconds' in rule ? [rule] : []));
  const runNow = (rule: EventRule): Promise<void> =>
    run(
      rule,
      toBusEvent({
        ...env,
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        detail: {},
        resources: [rule.arn],
        time: formatEventTime(Date.now()),
      }),
    );

  const running = new Set<EventRule>();
  const runUnlessRunning = async (rule: EventRule): Promise<void> => {
    if (running.has(rule)) return;
    running.add(rule);
    await runNow(rule);
    running.delete(rule);
  };
  let timers: readonly NodeJS.Timeout[] = [];

  return {
    trigger: async (ruleId) => {
      const rule = scheduled.find(({ name, logicalId }) => name === ruleId || logicalId === ruleId);
      if (rule === undefined) throw new Error(`The template has no enabled schedule ${ruleId}.`);
      await runNow(rule);
    },
    start: () => {
      timers = scheduled.map((rule) =>
        setInterval(() => void runUnlessRunning(rule), rule.everySeconds * 1000).unref(),
      );
    },
    stop: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
