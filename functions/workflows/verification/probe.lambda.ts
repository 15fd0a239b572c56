import { readConnectionCredential } from '../../platform/connection-credentials.ts';
import { recordVerification } from '../../platform/connection-verified.ts';
import { jobs } from '../../platform/jobs.ts';
import { reachStorage } from '../../platform/storage.ts';
import { readUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { taskLambda } from '../lambda.ts';
import { probe } from './probe.ts';

export const handler = taskLambda(probe, {
  'jobs.write': jobs(),
  'unsavedCredentials.read': readUnsavedCredential,
  'connections.verified': recordVerification,
  'credentials.read': readConnectionCredential,
  'storage.reach': reachStorage(),
});
