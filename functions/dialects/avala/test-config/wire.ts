import type { Connection } from '../../../core/records/connection.ts';
import type { Progress } from '../../../core/verification/verify-unsaved.ts';
import { fieldAtFault, noField, wordDiagnosis } from '../names.ts';

/** What a test came to. Both outcomes are answers of 200: a client throws at anything else (dialects/README.md). */
export type TestResponse =
  | { readonly verified: true }
  | { readonly verified: false; readonly errors: Readonly<Record<string, readonly string[]>> };

/** Words what a test of a connection came to: what is wrong goes to the field at fault. */
export function toTestResponse(progress: Progress, { target, credential }: Connection): TestResponse {
  switch (progress.status) {
    case 'connected':
      return { verified: true };
    case 'error': {
      const { diagnosis } = progress;
      return {
        verified: false,
        errors: { [fieldAtFault(diagnosis, target, credential.kind)]: [wordDiagnosis(diagnosis)] },
      };
    }
    case 'connecting':
      return { verified: false, errors: { [noField]: ['The storage has not answered yet. Test again in a minute.'] } };
  }
}
