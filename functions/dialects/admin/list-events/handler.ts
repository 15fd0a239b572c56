import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { readHistory } from '../../../platform/events/read-history.ts';
import { listEvents } from './endpoint.ts';

export const handler = adminHandler(listEvents, { 'audit.write': writeAudit(), 'history.read': readHistory() });
