import { writeAnnouncements } from '../../platform/announcements.ts';
import { readCheckTimes } from '../../platform/check-times.ts';
import { writeChecks } from '../../platform/connection-checks.ts';
import {
  markConnectionCredential,
  readConnectionCredential,
  readCurrentConnectionCredential,
} from '../../platform/connection-credentials.ts';
import { publishEvents } from '../../platform/event-bus.ts';
import { jobs } from '../../platform/jobs.ts';
import { startLoop } from '../../platform/loop.ts';
import { organizations } from '../../platform/organizations.ts';
import { reachStorage } from '../../platform/storage.ts';
import { verifiedConnections } from '../../platform/verified-connections.ts';
import { taskLambda } from '../lambda.ts';
import { check } from './check.ts';

export const handler = taskLambda(check, {
  'organizations.read': organizations(),
  'checks.write': writeChecks(),
  'checks.times': readCheckTimes,
  'connections.verified': verifiedConnections(),
  'credentials.read': readConnectionCredential,
  'credentials.mark': markConnectionCredential,
  'credentials.current': readCurrentConnectionCredential,
  'storage.reach': reachStorage(),
  'jobs.write': jobs(),
  'loop.start': startLoop,
  'announcements.write': writeAnnouncements(),
  'events.publish': publishEvents,
});
