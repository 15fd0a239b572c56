import { isRecord } from '../../template/intrinsics.ts';
import { refuse } from '../../template/start-refused.ts';

export type State = Readonly<Record<string, unknown>>;

const path = ['Comment', 'InputPath', 'OutputPath'];
const result = ['Parameters', 'ResultSelector', 'ResultPath'];
const errors = ['Retry', 'Catch'];
const transition = ['Next', 'End'];

/** The fields of each kind of state that the interpreter acts on (JSONPath); any other would be ignored. */
const fields: Readonly<Record<string, readonly string[]>> = {
  Task: [...path, ...result, ...errors, ...transition, 'Resource', 'TimeoutSeconds', 'TimeoutSecondsPath'],
  Pass: [...path, ...transition, 'Parameters', 'Result', 'ResultPath'],
  Wait: [...path, ...transition, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...path, 'Choices', 'Default'],
  Succeed: path,
  Fail: ['Comment', 'Error', 'Cause', 'ErrorPath', 'CausePath'],
  Map: [
    ...[...path, ...result, ...errors, ...transition],
    ...['ItemsPath', 'ItemSelector', 'Iterator', 'ItemProcessor', 'MaxConcurrency'],
  ],
  Parallel: [...path, ...result, ...errors, ...transition, 'Branches'],
};

const machineFields = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage'];
const nestedFields = ['Comment', 'StartAt', 'States', 'ProcessorConfig', 'QueryLanguage'];

/** What the context object holds here; `$$.State` and `$$.Task` are not kept by the interpreter. */
const context = /^\$\$(?:\.Execution\.(?:Id|Name|Input|StartTime|RoleArn)|\.StateMachine\.(?:Id|Name)|\.Map\.Item)\b/;

/**
 * Copies a definition with every state, nested ones too, replaced by what `change` makes of it.
 * @param title names the state machine in a refusal
 * @throws StartRefused for JSONata, a distributed map, or a field or context path that would be ignored
 */
export function mapStates(
  definition: State,
  title: string,
  change: (name: string, state: State) => State,
  nested = false,
): State {
  const stray = Object.keys(definition).find((field) => !(nested ? nestedFields : machineFields).includes(field));
  if (stray !== undefined) refuse(`${title}: the field ${stray} is not understood by the local target.`);
  const { QueryLanguage: language = 'JSONPath', ProcessorConfig: processor, States: states } = definition;
  if (language !== 'JSONPath') refuse(`${title}: the local interpreter runs JSONPath, not ${String(language)}.`);
  if (isRecord(processor) && processor['Mode'] !== 'INLINE')
    refuse(`${title}: a distributed map does not run locally.`);
  if (!isRecord(states)) return refuse(`${title} has no states.`);
  const inner = (value: unknown): unknown => (isRecord(value) ? mapStates(value, title, change, true) : value);

  const mapped = Object.entries(states).map(([name, state]) => {
    const where = `${title}, state ${name}`;
    if (!isRecord(state)) return refuse(`${where} is not a state.`);
    const { QueryLanguage: own = 'JSONPath', Type: type, ...own_ } = state;
    const known = fields[String(type)] ?? refuse(`${where} is of the unknown type ${String(type)}.`);
    if (own !== 'JSONPath') refuse(`${where}: the local interpreter runs JSONPath, not ${String(own)}.`);
    const unknown = Object.keys(own_).find((field) => !known.includes(field));
    if (unknown !== undefined) refuse(`${where}: the field ${unknown} is not understood by the local target.`);
    checkPaths(own_, where);
    const { Branches: branches, Iterator: iterator, ItemProcessor: items } = state;
    return [
      name,
      change(name, {
        Type: type,
        ...own_,
        ...(Array.isArray(branches) ? { Branches: branches.map(inner) } : {}),
        ...(iterator === undefined ? {} : { Iterator: inner(iterator) }),
        ...(items === undefined ? {} : { ItemProcessor: inner(items) }),
      }),
    ] as const;
  });
  const { QueryLanguage: _, ...kept } = definition;
  return { ...kept, States: Object.fromEntries(mapped) };
}

function checkPaths(value: unknown, where: string): void {
  if (typeof value === 'string' && value.startsWith('$$') && !context.test(value)) {
    refuse(`${where}: the context path ${value} has no value in the local target.`);
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) checkPaths(inner, where);
}
