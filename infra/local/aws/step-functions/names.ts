import { ServiceError } from '../service.ts';

/**
 * An execution's name must not contain white space, brackets, wildcards, special or control characters
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
 */
const forbiddenCharacters = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** Returns a valid execution name. @throws ServiceError InvalidName */
export function validateName(name: string): string {
  if (name.length >= 1 && name.length <= 80 && !forbiddenCharacters.test(name)) return name;
  throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** Returns a valid ARN of the given kind. @throws ServiceError InvalidArn */
export function validateArn(arn: string, kind: 'stateMachine' | 'execution'): string {
  if (
    new RegExp(`^arn:aws:states:[a-z0-9-]+:\\d{12}:${kind}:[^:]+${kind === 'execution' ? ':[^:]+' : ''}$`).test(arn)
  ) {
    return arn;
  }
  throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}'`);
}

/** Builds `…:execution:<machine>:<name>` from `…:stateMachine:<machine>` and a name. */
export function toExecutionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
