import { refuse } from '../start-refused.ts';

const seconds = { minute: 60, hour: 3600, day: 86_400 };

/** A timer of Node counts milliseconds in 31 bits. */
const longest = 24 * seconds.day;

/**
 * The period of a rule's schedule (EventBridge User Guide, "Rate expressions"): `rate(1 minute)`, `rate(5 hours)`, the
 * unit in the plural for every number but 1.
 * @param title names the rule in a refusal
 * @returns seconds, 60 to 24 days
 * @throws StartRefused for cron expressions, malformed rates and longer periods
 */
export function periodOf(expression: string, title: string): number {
  const [, digits, unit, plural] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (digits === undefined || (unit !== 'minute' && unit !== 'hour' && unit !== 'day')) {
    return refuse(`${title}: ScheduleExpression is not a rate that the local target understands.`);
  }
  if ((digits === '1') !== (plural === '')) return refuse(`${title}: ScheduleExpression has the wrong plural.`);
  const period = Number(digits) * seconds[unit];
  return period <= longest ? period : refuse(`${title}: ScheduleExpression is longer than 24 days.`);
}
