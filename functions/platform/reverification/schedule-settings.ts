import type { ReadScheduleSettings } from '../../core/records/check-ports.ts';
import { integerVariable } from '../runtime/integer-variable.ts';

/** A month, and a day: what the deployment's parameters allow. */
const mostHealthyMinutes = 44_640;
const mostMinutes = 1_440;

/** How often connections are looked at. @throws Error when the deployment's times are not whole numbers in their range */
export const readScheduleSettings: ReadScheduleSettings = () => ({
  healthyMinutes: integerVariable('HEALTHY_MINUTES', mostHealthyMinutes),
  failingMinutes: integerVariable('FAILING_MINUTES', mostMinutes),
  settleMinutes: integerVariable('SETTLE_MINUTES', mostMinutes),
});
