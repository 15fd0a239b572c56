import { readCheckTimes } from '../../platform/check-times.ts';
import { readConnectionCredential } from '../../platform/connection-credentials.ts';
import { jobs } from '../../platform/jobs.ts';
import { reachStorage } from '../../platform/storage.ts';
import { readUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { verifiedConnections } from '../../platform/verified-connections.ts';
import { taskLambda } from '../lambda.ts';
import { probe } from './probe.ts';

export const handler = taskLambda(probe, {
  'jobs.write': jobs(),
  'unsavedCredentials.read': readUnsavedCredential,
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'credentials.read': readConnectionCredential,
  'storage.reach': reachStorage(),
});
