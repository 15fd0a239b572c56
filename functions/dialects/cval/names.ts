import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Field } from '../../core/diagnosis/field.ts';

/**
 * The names this API gives to the parts of a connection. What it has no name for is told of the field that decides it:
 * provider and region follow from the endpoint, and what is looked at is the whole bucket.
 */
const wireNames = {
  provider: 'endpoint',
  endpoint: 'endpoint',
  region: 'endpoint',
  bucket: 'bucket',
  prefix: 'bucket',
  proxy: 'endpoint',
  accessKey: 'access_key',
  secretKey: 'secret_key',
} as const satisfies Record<Field, string>;

export const wireName = (field: Field): string => wireNames[field];

/** Words a diagnosis: the field at fault under this API's name, what is wrong, what to do. */
export const wordDiagnosis = ({ field, sentence, remedy }: Diagnosis): string =>
  `${field ? `${wireName(field)}: ` : ''}${sentence} ${remedy}`;
