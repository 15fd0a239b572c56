import { setTimeout as after } from 'node:timers/promises';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { credentialFault } from './api/credential-errors.ts';
import { stop } from './errors.ts';
import type { Target } from './target.ts';

/**
 * A deployed stack of the caller's account, with the caller's own credentials and region, from where AWS's tools look
 * for them.
 *
 * @param deadline milliseconds for all of it
 * @throws Stopped when there is no such stack, or nobody to ask for it
 */
export async function stackTarget(name: string, region: string | undefined, deadline: number): Promise<Target> {
  const late = new AbortController();
  try {
    return await Promise.race([find(name, region, late.signal), lateness(deadline, late.signal)]);
  } finally {
    late.abort();
  }
}

/** Not every source of credentials can be told to stop, so it is left behind. */
async function lateness(deadline: number, signal: AbortSignal): Promise<never> {
  await after(deadline, undefined, { signal, ref: true });
  return stop(`AWS did not answer within ${deadline / 1_000} seconds.`);
}

async function find(name: string, given: string | undefined, signal: AbortSignal): Promise<Target> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient({ maxAttempts: 2, ...(given !== undefined && { region: given }) });
  try {
    const region = await client.config.region().catch(() => stop(noRegion));
    const credentials = await client.config.credentials().catch((error: unknown) => stop(nobody(error)));
    const { Stacks: [stack] = [] } = await client
      .send(new DescribeStacksCommand({ StackName: name }), { abortSignal: signal })
      .catch((error: unknown) => stop(refusal(error, name, region)));
    const url = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ApiUrl')?.OutputValue;
    if (stack === undefined) return stop(notThere(name, region));
    if (url === undefined || !isFitToCall(url)) {
      return stop(
        `The stack ${name} has no output ApiUrl: it is not one of Storage Connections, or is not deployed yet.`,
      );
    }
    return {
      url: url.replace(/\/+$/, ''),
      region,
      credentials,
      name: `The API of the stack ${name}`,
      unreachable: `The API of the stack ${name} cannot be reached.`,
      resource: resourceOf(stack, url),
    };
  } finally {
    client.destroy();
  }
}

/** Only over TLS, but for a stand-in on this machine: a session token travels along. */
function isFitToCall(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
}

/** "Actions, resources, and condition keys for Amazon API Gateway": `execute-api:region:account:api/stage/method/path`. */
function resourceOf({ StackId = '' }: Stack, url: string): Target['resource'] {
  const { hostname, pathname } = new URL(url);
  const [api = ''] = hostname.split('.');
  const stage = pathname.replaceAll('/', '');
  const [, partition, , region, account] = StackId.split(':');
  return (method, path) => `arn:${partition}:execute-api:${region}:${account}:${api}/${stage}/${method}${path}`;
}

const noRegion = 'No AWS region is set. Name one with --region, or set AWS_REGION.';
const notThere = (name: string, region: string): string =>
  `There is no stack ${name} in ${region} in this AWS account.`;

/** What is wrong with where the credentials come from; the words of the SDK are not repeated. */
function nobody(error: unknown): string {
  // A session of IAM Identity Center that is over has no error name of its own.
  const isOver = error instanceof Error && /expired/i.test(error.message);
  return (
    (isOver ? credentialFault('ExpiredToken') : undefined) ??
    'There are no AWS credentials here, or they cannot be read. Sign in, or set AWS_PROFILE.'
  );
}

function refusal(error: unknown, name: string, region: string): string {
  const code = error instanceof Error ? error.name : '';
  switch (code) {
    case 'ValidationError':
      return notThere(name, region);
    case 'AccessDenied':
    case 'AccessDeniedException':
      return `Your AWS identity may not call cloudformation:DescribeStacks on the stack ${name} in ${region}.`;
    default:
      return credentialFault(code) ?? `CloudFormation in ${region} cannot be reached, or gave no usable answer.`;
  }
}
