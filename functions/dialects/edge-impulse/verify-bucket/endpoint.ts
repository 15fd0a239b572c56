import { verifyConnectionNeeds } from '../../../core/connections/verify-connection.ts';
import { verifyUnsaved } from '../../../core/verification/verify-unsaved.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { edgeImpulse } from '../dialect.ts';
import { buckets, organizationFrom } from '../paths.ts';
import { toVerifyAnswer, verifyStoredBucket } from '../verify-stored-bucket.ts';
import { fromVerifyRequest } from '../verify-wire.ts';

/** Verifies a bucket that is not saved, or one with a saved bucket's secret; for Azure, posting again is the poll. */
export const verifyBucket = endpoint({
  dialect: edgeImpulse,
  name: 'verify-bucket',
  method: 'POST',
  path: `${buckets}/verify`,
  scope: 'connections:verify',
  organizationFrom,
  needs: verifyConnectionNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const request = fromVerifyRequest(body);
    if (request.with === 'stored')
      return verifyStoredBucket(request.bucketId, request.at, { organizationId, ...context }, ports, 'bucketId');
    return toVerifyAnswer(await verifyUnsaved({ organizationId, ...request }, ports, context));
  },
});
