import type { StartLoop } from '../../core/jobs/ports.ts';
import { variable } from '../runtime/environment.ts';
import { loadOnce } from '../runtime/load-once.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';

const stepFunctions = loadOnce(async () => {
  const sdk = await import('@aws-sdk/client-sfn');
  return { sdk, client: new sdk.SFNClient({}) };
});

/**
 * Starts the polling loop. Name and input are made of the job's ids alone, so a repeated call is the same execution;
 * an execution's name has at most 80 characters, of which 48 are the fingerprint's.
 */
export const startLoop: StartLoop = async ({ fingerprint, generation }) => {
  const { sdk, client } = await stepFunctions();
  const command = new sdk.StartExecutionCommand({
    stateMachineArn: variable('VERIFICATION_LOOP_ARN'),
    name: `${fingerprint.slice(0, 48)}-${generation}`,
    input: JSON.stringify({ fingerprint, generation }),
  });
  try {
    await mapThrottling(client.send(command));
  } catch (error) {
    // The name is this job's alone: an execution that ended meanwhile was started by an earlier attempt of this call.
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
  }
};
