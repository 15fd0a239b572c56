import { ServiceError } from '../service.ts';

/** What an execution's name must not hold (API Reference, StartExecution): space, brackets, wildcards, specials, controls. */
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;

/** @throws ServiceError InvalidName */
export function checkName(name: string): string {
  if (name.length >= 1 && name.length <= 80 && !forbidden.test(name)) return name;
  throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
}

/** @throws ServiceError InvalidArn */
export function checkArn(arn: string, kind: 'stateMachine' | 'execution'): string {
  if (
    new RegExp(`^arn:aws:states:[a-z0-9-]+:\\d{12}:${kind}:[^:]+${kind === 'execution' ? ':[^:]+' : ''}$`).test(arn)
  ) {
    return arn;
  }
  throw new ServiceError('InvalidArn', `Invalid Arn: '${arn}'`);
}

/** `…:stateMachine:<machine>` and a name make `…:execution:<machine>:<name>`. */
export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
