import { resolve } from 'node:path';
import { openAssembly } from './assembly.ts';
import { parseDocument } from './document.ts';

/**
 * The names of the parameters that an assembly's one stack has: those that can be given a value.
 *
 * @param assemblyDir the `cdk.out` directory
 * @throws StartRefused when there is no such stack, or its template is not understood
 */
export function declaredParameters(assemblyDir: string): ReadonlySet<string> {
  const { Parameters = {} } = parseDocument(openAssembly(resolve(assemblyDir)).template);
  return new Set(Object.keys(Parameters));
}
