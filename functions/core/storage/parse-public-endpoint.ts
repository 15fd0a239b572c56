import type { Parsed } from '../validation/result.ts';
import { toRegionalEndpoint } from './aws-endpoints.ts';
import { type S3Vendor, s3Vendors } from './s3-vendors.ts';

/**
 * Where a vendor serves its customers in a region, for callers who name no endpoint.
 *
 * @param region absent or empty: the vendor's usual one
 * @returns the endpoint; or a fault of the endpoint where each customer has one of their own, of the region where the
 *   vendor has none that is spelt so
 */
export function parsePublicEndpoint(
  vendor: S3Vendor,
  region: string | undefined,
): Parsed<string, 'endpoint' | 'region'> {
  const { publicEndpoint, hosts, region: usual } = s3Vendors[vendor];
  if (publicEndpoint === undefined) {
    const message = "can't be blank: this storage has no address that is everybody's";
    return { ok: false, faults: [{ field: 'endpoint', code: 'blank', message }] };
  }
  const named = region || usual;
  const endpoint = vendor === 'amazon' ? toRegionalEndpoint(named) : publicEndpoint.replace('{region}', named);
  const host = endpoint && URL.parse(endpoint)?.hostname;
  const groups = host ? hosts?.exec(host)?.groups : undefined;
  // A region spelt in another way than in the vendor's host names is none that could be signed for.
  if (endpoint && groups && (groups['region'] ?? named) === named) return { ok: true, value: endpoint };
  return { ok: false, faults: [{ field: 'region', code: 'invalid', message: 'must be a region of this storage' }] };
}
