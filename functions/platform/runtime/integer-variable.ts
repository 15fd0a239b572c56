import { type Variable, variable } from './environment.ts';

/**
 * The whole number from 1 to `most` that a variable holds.
 *
 * @throws Error that names the variable when the deployment did not set it, or set it to anything else
 */
export function integerVariable(name: Variable, most: number): number {
  const text = variable(name);
  const value = /^[1-9][0-9]*$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new Error(`${name} has to be a whole number from 1 to ${most}, and is “${text}”.`);
  return value;
}
