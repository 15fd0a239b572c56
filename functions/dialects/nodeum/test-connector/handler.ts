import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { takeAllowance } from '../../../platform/access/rate-limits.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { readFingerprintKey } from '../../../platform/credentials/fingerprint-key.ts';
import { createUnsavedCredential } from '../../../platform/credentials/unsaved-credentials.ts';
import { releaseJobSlot, takeJobSlot } from '../../../platform/jobs/job-slots.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { startLoop } from '../../../platform/jobs/start-loop.ts';
import { testConnector } from './endpoint.ts';

export const handler = endpointHandler(testConnector, {
  ...requestPorts(),
  'rateLimits.take': takeAllowance(),
  'jobs.write': jobs(),
  'jobSlots.take': takeJobSlot(),
  'jobSlots.release': releaseJobSlot(),
  'unsavedCredentials.create': createUnsavedCredential,
  'fingerprintKey.read': readFingerprintKey,
  'loop.start': startLoop,
});
