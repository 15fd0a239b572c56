import * as z from 'zod/mini';
import { diagnosisCodes } from '../core/diagnosis.ts';
import { s3VendorNames } from '../core/vendors.ts';

/** What rows of several kinds have in common. */

const field = z.enum(['provider', 'endpoint', 'region', 'bucket', 'prefix', 'proxy', 'accessKey', 'secretKey']);

export const diagnosisShape = z.object({
  code: z.enum(diagnosisCodes),
  field: z.exactOptional(field),
  sentence: z.string(),
  remedy: z.string(),
});

const accountShape = z.object({
  provider: z.enum(['s3', 'gcs', 'azure']),
  endpoint: z.string(),
  region: z.exactOptional(z.string()),
  vendor: z.exactOptional(z.enum(s3VendorNames)),
  proxy: z.exactOptional(z.string()),
});

export const savedTargetShape = z.extend(accountShape, { bucket: z.exactOptional(z.string()), prefix: z.string() });
