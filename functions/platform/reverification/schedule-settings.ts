import type { ReadCheckTimes } from '../../core/records/check-ports.ts';
import { wholeNumber } from '../runtime/integer-variable.ts';

/** A month, and a day: what the deployment's parameters allow. */
const mostHealthyMinutes = 44_640;
const mostMinutes = 1_440;

/** How often connections are looked at. @throws Error when the deployment's times are not whole numbers in their range */
export const readCheckTimes: ReadCheckTimes = () => ({
  healthyMinutes: wholeNumber('HEALTHY_MINUTES', mostHealthyMinutes),
  failingMinutes: wholeNumber('FAILING_MINUTES', mostMinutes),
  settleMinutes: wholeNumber('SETTLE_MINUTES', mostMinutes),
});
