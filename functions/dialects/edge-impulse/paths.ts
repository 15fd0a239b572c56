export const buckets = '/v1/api/organizations/{organizationId}/buckets';

export const organizationFrom = { path: 'organizationId' } as const;

export const bucket = `${buckets}/{bucketId}`;
