import type { ReadBusArn } from '../core/history-ports.ts';
import { variable } from './environment.ts';

/** As the deployment was told, so that nobody need be asked. */
export const readBusArn = (): ReadBusArn => {
  const arn = variable('EVENT_BUS_ARN');
  return () => arn;
};
