import { verifyUnsaved, verifyUnsavedNeeds } from '../../core/verify-unsaved.ts';
import { endpoint } from '../../http/endpoint.ts';
import { edgeImpulse } from './dialect.ts';
import { fromVerifyRequest, toVerifyResponse } from './wire.ts';

const buckets = '/v1/api/organizations/{organizationId}/buckets';

/** Verifies a bucket that is not saved; for Azure, posting the same again is the poll. */
export const verifyBucket = endpoint({
  dialect: edgeImpulse,
  name: 'verify-bucket',
  method: 'POST',
  path: `${buckets}/verify`,
  scope: 'connections:verify',
  organizationFrom: { path: 'organizationId' },
  needs: verifyUnsavedNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const progress = await verifyUnsaved({ organizationId, ...fromVerifyRequest(body) }, ports, context);
    return { status: 200, body: toVerifyResponse(progress) };
  },
});

export const endpoints = [verifyBucket] as const;
