import type { TemplateParameters } from './document.ts';
import { refuse } from './start-refused.ts';

export type ParameterValue = string | readonly string[];

/**
 * What `Ref` gives for each parameter: the value given, else its default. A parameter that CloudFormation would look up
 * elsewhere (an SSM path, say) has no value here unless one is given: its lookup throws when it is used.
 * @throws StartRefused for a value that is given for no parameter, or that the parameter does not allow
 */
export function readParameters(
  declared: TemplateParameters,
  given: Readonly<Record<string, string>>,
): (name: string) => ParameterValue | undefined {
  for (const [name, value] of Object.entries(given)) {
    const parameter = declared[name];
    if (parameter === undefined) refuse(`The template has no parameter ${name}.`);
    const { AllowedValues: values, AllowedPattern: pattern } = parameter;
    const allowed =
      (values === undefined || values.map(String).includes(value)) &&
      (pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value));
    if (!allowed) refuse(`The parameter ${name} does not allow the value it was given.`);
  }
  return (name) => {
    const parameter = declared[name];
    if (parameter === undefined) return undefined;
    const looksElsewhere = parameter.Type.startsWith('AWS::');
    const value = given[name] ?? (looksElsewhere ? undefined : parameter.Default?.toString());
    if (value === undefined) return refuse(`The parameter ${name} needs a value to run locally.`);
    return parameter.Type === 'CommaDelimitedList' ? value.split(',').map((part) => part.trim()) : value;
  };
}
