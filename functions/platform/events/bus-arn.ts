import type { ReadBusArn } from '../../core/events/ports.ts';
import { variable } from '../runtime/environment.ts';

/** As the deployment was told, so that nobody need be asked. */
export const readBusArn = (): ReadBusArn => {
  const arn = variable('EVENT_BUS_ARN');
  return () => arn;
};
