import * as z from 'zod/mini';
import type { Inventory } from '../../core/datasets/inventory.ts';
import { diagnosisCodes } from '../../core/diagnosis/catalogue.ts';
import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import { type Cause, ownerEvents } from '../../core/records/check-cause.ts';
import type { CredentialReference, SavedTarget } from '../../core/records/connection.ts';
import type { LastVerdict, VerdictKind } from '../../core/records/history-entry.ts';
import { s3VendorNames } from '../../core/storage/s3-vendors.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';

/** What rows of several kinds have in common. */

const field = z.enum(['provider', 'endpoint', 'region', 'bucket', 'prefix', 'proxy', 'accessKey', 'secretKey']);

export const diagnosisShape = exactSchema<Diagnosis>()(
  z.object({
    code: z.enum(diagnosisCodes),
    field: z.exactOptional(field),
    sentence: z.string(),
    remedy: z.string(),
  }),
);

const accountShape = z.object({
  provider: z.enum(['s3', 'gcs', 'azure']),
  endpoint: z.string(),
  region: z.exactOptional(z.string()),
  vendor: z.exactOptional(z.enum(s3VendorNames)),
  proxy: z.exactOptional(z.string()),
});

export const savedTargetShape = exactSchema<SavedTarget>()(
  z.extend(accountShape, { bucket: z.exactOptional(z.string()), prefix: z.string() }),
);

export const credentialReferenceShape = exactSchema<CredentialReference>()(
  z.object({
    kind: z.enum(['access-key-pair', 'account-key', 'service-account-key', 'assumed-role']),
    accessKey: z.string(),
    version: z.string(),
  }),
);

const counted = z.object({ files: z.int(), bytes: z.int() });
const splitShape = z.object({ images: counted, annotations: counted });

/** What was in a dataset when somebody last looked (`core/inventory.ts`). */
export const inventoryShape = exactSchema<Inventory>()(
  z.object({
    takenAt: z.int(),
    complete: z.boolean(),
    splits: z.object({ train: splitShape, test: splitShape, val: splitShape }),
    newestChange: z.exactOptional(z.int()),
  }),
);

/** Why a connection was looked at (`core/cause.ts`). */
export const causeShape = exactSchema<Cause>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('schedule') }),
    z.object({ kind: z.literal('event'), event: z.enum(['secret', ...ownerEvents]) }),
    z.object({ kind: z.literal('request') }),
    z.object({ kind: z.literal('user') }),
  ]),
);

const code = z.enum(diagnosisCodes);

/** A verdict as far as changes are told apart by it (`core/history.ts`). */
export const verdictKindShape = exactSchema<VerdictKind>()(
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('connected') }),
    z.object({ status: z.literal('error'), code }),
  ]),
);

/** The last verdict there was, and since when. */
export const lastVerdictShape = exactSchema<LastVerdict>()(
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('connected'), at: z.int(), first: z.exactOptional(z.literal(true)) }),
    z.object({ status: z.literal('error'), code, at: z.int(), first: z.exactOptional(z.literal(true)) }),
  ]),
);
