import type { ReadAccount } from '../../core/ports.ts';
import { variable } from './environment.ts';

/** As the deployment was told, so that nobody need be asked. */
export const readAccount = (): ReadAccount => {
  const account = variable('ACCOUNT_ID');
  return () => account;
};
