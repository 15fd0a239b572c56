import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { locateConnection } from '../../platform/connection-place.ts';
import { readConnections } from '../../platform/connections.ts';
import { readHistory as readHistories } from '../../platform/history-reading.ts';
import { readHistory } from './connections.ts';

export const handler = operatorLambda(readHistory, {
  'audit.write': writeAudit(),
  'connections.locate': locateConnection(),
  'connections.read': readConnections(),
  'history.read': readHistories(),
});
