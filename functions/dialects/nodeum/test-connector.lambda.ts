import { lambda } from '../../http/lambda.ts';
import { readFingerprintKey } from '../../platform/fingerprint-key.ts';
import { jobs } from '../../platform/jobs.ts';
import { takeAllowance } from '../../platform/limits.ts';
import { startLoop } from '../../platform/loop.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { createUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { admitUnsavedJob, leaveUnsavedJob } from '../../platform/unsaved-jobs.ts';
import { testConnector } from './test-endpoints.ts';

export const handler = lambda(testConnector, {
  ...requestPorts(),
  'limits.take': takeAllowance(),
  'jobs.write': jobs(),
  'unsavedJobs.admit': admitUnsavedJob(),
  'unsavedJobs.leave': leaveUnsavedJob(),
  'unsavedCredentials.create': createUnsavedCredential,
  'fingerprintKey.read': readFingerprintKey,
  'loop.start': startLoop,
});
