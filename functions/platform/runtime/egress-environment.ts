import type { EgressEnvironment } from '../../providers/egress/parse-rules.ts';
import { variable } from './environment.ts';

/** What the deployment says about whom functions may connect to, as it is written. */
export const egressEnvironment = (): Required<EgressEnvironment> => ({
  EGRESS_ALLOW: variable('EGRESS_ALLOW'),
  EGRESS_PORTS: variable('EGRESS_PORTS'),
  CONNECT_TO: variable('CONNECT_TO'),
  EGRESS_CA: variable('EGRESS_CA'),
});
