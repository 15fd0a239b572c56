import type { InvokeOutcome } from '../../aws/invoke.ts';

/** An invocation that ended without an answer, in Lambda's words. */
export const failed = (errorType: string, errorMessage: string): InvokeOutcome => ({
  ok: false,
  errorType,
  errorMessage,
});
