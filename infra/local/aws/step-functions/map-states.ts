import { isRecord } from '../../template/intrinsics.ts';
import { refuse } from '../../template/start-refused.ts';

/** A state machine, or one of its states, in the Amazon States Language. */
export type State = Readonly<Record<string, unknown>>;

const pathFields = ['Comment', 'InputPath', 'OutputPath'];
const resultFields = ['Parameters', 'ResultSelector', 'ResultPath'];
const errorFields = ['Retry', 'Catch'];
const transitionFields = ['Next', 'End'];

/** The JSONPath fields that the interpreter supports, by type of state. It would ignore any other. */
const stateFields: Readonly<Record<string, readonly string[]>> = {
  Task: [
    ...pathFields,
    ...resultFields,
    ...errorFields,
    ...transitionFields,
    'Resource',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
  ],
  Pass: [...pathFields, ...transitionFields, 'Parameters', 'Result', 'ResultPath'],
  Wait: [...pathFields, ...transitionFields, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...pathFields, 'Choices', 'Default'],
  Succeed: pathFields,
  Fail: ['Comment', 'Error', 'Cause', 'ErrorPath', 'CausePath'],
  Map: [
    ...[...pathFields, ...resultFields, ...errorFields, ...transitionFields],
    ...['ItemsPath', 'ItemSelector', 'Iterator', 'ItemProcessor', 'MaxConcurrency'],
  ],
  Parallel: [...pathFields, ...resultFields, ...errorFields, ...transitionFields, 'Branches'],
};

const machineFields = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage'];
const nestedFields = ['Comment', 'StartAt', 'States', 'ProcessorConfig', 'QueryLanguage'];

/** The paths of the context object that have a value here. The interpreter provides no `$$.State` and `$$.Task`. */
const contextPath =
  /^\$\$(?:\.Execution\.(?:Id|Name|Input|StartTime|RoleArn)|\.StateMachine\.(?:Id|Name)|\.Map\.Item)\b/;

/**
 * Copies a definition and replaces every state, nested ones included, by the result of `change`.
 * @param title the state machine's name in error messages
 * @throws StartRefused for JSONata, a distributed map, or a field or context path that would be ignored
 */
export function mapStates(
  definition: State,
  title: string,
  change: (name: string, state: State) => State,
  isNested = false,
): State {
  const unknownField = Object.keys(definition).find(
    (field) => !(isNested ? nestedFields : machineFields).includes(field),
  );
  if (unknownField !== undefined) refuse(`${title}: the field ${unknownField} is not supported by the local AWS.`);
  const { QueryLanguage: language = 'JSONPath', ProcessorConfig: processor, States: states } = definition;
  if (language !== 'JSONPath') refuse(`${title}: the local interpreter runs JSONPath, not ${String(language)}.`);
  if (isRecord(processor) && processor['Mode'] !== 'INLINE')
    refuse(`${title}: the local interpreter does not run distributed maps.`);
  if (!isRecord(states)) return refuse(`${title} has no states.`);
  const mapNested = (value: unknown): unknown => (isRecord(value) ? mapStates(value, title, change, true) : value);

  const mapped = Object.entries(states).map(([name, state]) => {
    const where = `${title}, state ${name}`;
    if (!isRecord(state)) return refuse(`${where} is not a state.`);
    const { QueryLanguage: stateLanguage = 'JSONPath', Type: type, ...otherFields } = state;
    const supported = stateFields[String(type)] ?? refuse(`${where} has the unknown type ${String(type)}.`);
    if (stateLanguage !== 'JSONPath') {
      refuse(`${where}: the local interpreter runs JSONPath, not ${String(stateLanguage)}.`);
    }
    const unknown = Object.keys(otherFields).find((field) => !supported.includes(field));
    if (unknown !== undefined) refuse(`${where}: the field ${unknown} is not supported by the local AWS.`);
    checkContextPaths(otherFields, where);
    const { Branches: branches, Iterator: iterator, ItemProcessor: items } = state;
    return [
      name,
      change(name, {
        Type: type,
        ...otherFields,
        ...(Array.isArray(branches) ? { Branches: branches.map(mapNested) } : {}),
        ...(iterator === undefined ? {} : { Iterator: mapNested(iterator) }),
        ...(items === undefined ? {} : { ItemProcessor: mapNested(items) }),
      }),
    ] as const;
  });
  const { QueryLanguage: _, ...rest } = definition;
  return { ...rest, States: Object.fromEntries(mapped) };
}

/** @throws StartRefused for a context path, anywhere in the value, that has no value here */
function checkContextPaths(value: unknown, where: string): void {
  if (typeof value === 'string' && value.startsWith('$$') && !contextPath.test(value)) {
    refuse(`${where}: the context path ${value} has no value in the local AWS.`);
  }
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) checkContextPaths(inner, where);
}
