import { isRecord, type Resolve } from './intrinsics.ts';
import { refuse } from './start-refused.ts';

/**
 * Evaluates the template's Conditions section on demand: Fn::Equals, Fn::And, Fn::Or, Fn::Not and `Condition`.
 * @param resolve resolves the values that Fn::Equals compares
 * @throws StartRefused (when evaluated) for an unknown condition, another function, or conditions that need each other
 */
export function createConditions(declared: Readonly<Record<string, unknown>>, resolve: Resolve) {
  const known = new Map<string, boolean>();
  const underway = new Set<string>();

  const named = (name: string, where: string): boolean => {
    const done = known.get(name);
    if (done !== undefined) return done;
    if (!Object.hasOwn(declared, name))
      refuse(`${where} uses the condition ${name}, which the template does not have.`);
    if (underway.has(name)) refuse(`The condition ${name} needs itself.`);
    underway.add(name);
    const result = evaluate(declared[name], `The condition ${name}`);
    underway.delete(name);
    known.set(name, result);
    return result;
  };

  const evaluate = (expression: unknown, where: string): boolean => {
    const [entry, ...others] = isRecord(expression) ? Object.entries(expression) : [];
    if (entry === undefined || others.length > 0) return refuse(`${where} is not a condition.`);
    const [operator, argument] = entry;
    if (operator === 'Condition' && typeof argument === 'string') return named(argument, where);
    if (!Array.isArray(argument)) return refuse(`${where} is not a condition.`);
    switch (operator) {
      case 'Fn::Equals': {
        const [left, right] = argument.map((value) => resolve(value, where));
        return JSON.stringify(left) === JSON.stringify(right);
      }
      case 'Fn::And':
        return argument.every((inner) => evaluate(inner, where));
      case 'Fn::Or':
        return argument.some((inner) => evaluate(inner, where));
      case 'Fn::Not':
        return !evaluate(argument[0], where);
      default:
        return refuse(`${where} uses ${operator}, which the local target does not understand.`);
    }
  };

  return named;
}
