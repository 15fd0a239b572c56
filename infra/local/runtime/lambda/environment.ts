import { devNull } from 'node:os';
import type { LocalFunction } from '../../template/model.ts';

/** What a thread cannot do without and what says nothing about the person's AWS account. */
const neutral = ['PATH', 'TZ', 'LANG', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/**
 * The environment of a function's threads: Lambda's own variables, then what the deployment gives it. Nothing else of
 * the person's shell gets in, and no profile of theirs either: on Lambda there is no home directory with one.
 *
 * @param given the function's variables of the template, its credentials and the service endpoints
 * @param host the environment of this process
 */
export function functionEnvironment(
  fn: LocalFunction,
  given: Readonly<Record<string, string>>,
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const region = fn.arn.split(':')[3] ?? '';
  return {
    ...Object.fromEntries(neutral.flatMap((name) => (host[name] === undefined ? [] : [[name, host[name]]]))),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '[$LATEST]local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    LAMBDA_TASK_ROOT: fn.code,
    _HANDLER: fn.handler,
    ...given,
  };
}
