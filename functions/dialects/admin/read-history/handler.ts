import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { locateConnection } from '../../../platform/connections/locate-connection.ts';
import { readConnections } from '../../../platform/connections/read-connections.ts';
import { readHistory as readHistories } from '../../../platform/events/read-history.ts';
import { readHistory } from './endpoint.ts';

export const handler = adminHandler(readHistory, {
  'audit.write': writeAudit(),
  'connections.locate': locateConnection(),
  'connections.read': readConnections(),
  'history.read': readHistories(),
});
