import { Throttled } from '../../core/ports.ts';

/** What Secrets Manager, Step Functions, SQS and EventBridge call it when the account's rates or quotas are met. */
const throttlingErrors: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'RequestThrottled',
  'TooManyRequestsException',
  'LimitExceededException',
  'ExecutionLimitExceeded',
]);

/** Runs a call to AWS. @throws Throttled in place of AWS's own errors for it */
export async function mapThrottling<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && throttlingErrors.has(error.name)) throw new Throttled(error.name);
    throw error;
  }
}
