import { addBucket } from './add-bucket/endpoint.ts';
import { getBucket } from './get-bucket/endpoint.ts';
import { listBuckets } from './list-buckets/endpoint.ts';
import { removeBucket } from './remove-bucket/endpoint.ts';
import { updateBucket } from './update-bucket/endpoint.ts';
import { verifyBucket } from './verify-bucket/endpoint.ts';
import { verifyExistingBucket } from './verify-existing-bucket/endpoint.ts';

export const endpoints = [
  verifyBucket,
  addBucket,
  listBuckets,
  getBucket,
  updateBucket,
  removeBucket,
  verifyExistingBucket,
] as const;
