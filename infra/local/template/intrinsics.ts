import { refuse } from './start-refused.ts';

/** What the intrinsic functions draw on; every lookup refuses what it cannot give. */
export interface Surroundings {
  /** Value of `Ref`: a parameter, a pseudo parameter or a resource. `noValue` stands for AWS::NoValue. */
  readonly ref: (name: string, where: string) => unknown;
  readonly attribute: (logicalId: string, attribute: string, where: string) => string;
  readonly condition: (name: string, where: string) => boolean;
}

/** What AWS::NoValue resolves to: the property or list entry that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');

/** Resolves a template value to plain JSON. @throws StartRefused for an intrinsic that is not listed here */
export type Resolve = (value: unknown, where: string) => unknown;

export function createResolver(from: Surroundings): Resolve {
  const resolve: Resolve = (value, where) => {
    if (typeof value === 'string') return plain(value, where);
    if (Array.isArray(value)) return value.map((item) => resolve(item, where)).filter((item) => item !== noValue);
    if (!isRecord(value)) return value;
    const [key, ...others] = Object.keys(value);
    const intrinsic = [key, ...others].find((name) => name === 'Ref' || name?.startsWith('Fn::'));
    if (key !== undefined && intrinsic === key && others.length === 0) return apply(key, value[key], where);
    if (intrinsic?.startsWith('Fn::')) refuse(`${where} mixes ${intrinsic} with other keys.`);
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, inner]) => [name, resolve(inner, where)] as const)
        .filter(([, inner]) => inner !== noValue),
    );
  };

  const text = (value: unknown, where: string): string => {
    const resolved = resolve(value, where);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    return refuse(`${where} puts something other than text where text is needed.`);
  };

  const list = (value: unknown, where: string, length?: number): readonly unknown[] => {
    const resolved = Array.isArray(value) ? value : resolve(value, where);
    if (Array.isArray(resolved) && (length === undefined || resolved.length === length)) return resolved;
    return refuse(`${where} has an intrinsic function with the wrong number or kind of arguments.`);
  };

  const apply = (name: string, argument: unknown, where: string): unknown => {
    switch (name) {
      case 'Ref':
        return from.ref(text(argument, where), where);
      case 'Fn::GetAtt': {
        const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument, where);
        return from.attribute(text(logicalId, where), attribute.map((part) => text(part, where)).join('.'), where);
      }
      case 'Fn::Join': {
        const [separator, parts] = list(argument, where, 2);
        return list(resolve(parts, where), where)
          .map((part) => text(part, where))
          .join(text(separator, where));
      }
      case 'Fn::Split': {
        const [separator, source] = list(argument, where, 2);
        return text(source, where).split(text(separator, where));
      }
      case 'Fn::Select': {
        const [index, items] = list(argument, where, 2);
        const chosen = list(resolve(items, where), where)[Number(text(index, where))];
        return chosen ?? refuse(`${where} selects an entry that is not in its list.`);
      }
      case 'Fn::Sub':
        return substitute(argument, where);
      case 'Fn::If': {
        const [condition, then, otherwise] = list(argument, where, 3);
        return resolve(from.condition(text(condition, where), where) ? then : otherwise, where);
      }
      default:
        return refuse(`${where} uses ${name}, which the local target does not understand.`);
    }
  };

  const substitute = (argument: unknown, where: string): string => {
    const [template, variables] = typeof argument === 'string' ? [argument, {}] : list(argument, where, 2);
    if (typeof template !== 'string' || !isRecord(variables)) return refuse(`${where} has a malformed Fn::Sub.`);
    return template.replace(/\$\{([^}]*)\}/g, (whole, placeholder: string) => {
      if (placeholder.startsWith('!')) return `\${${placeholder.slice(1)}}`;
      const name = placeholder.trim();
      if (Object.hasOwn(variables, name)) return text(variables[name], where);
      const [logicalId, ...attribute] = name.split('.');
      if (logicalId === undefined || logicalId === '') return whole;
      if (attribute.length > 0) return from.attribute(logicalId, attribute.join('.'), where);
      return text(from.ref(logicalId, where), where);
    });
  };

  return resolve;
}

/** CloudFormation would fetch a dynamic reference at deployment; here there is nothing to fetch it from. */
function plain(value: string, where: string): string {
  return value.includes('{{resolve:') ? refuse(`${where} has a dynamic reference ({{resolve:…}}).`) : value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
