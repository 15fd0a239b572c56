import * as z from 'zod/mini';
import type { StateMachine } from '../../template/model.ts';
import { type JsonService, type Operation, parseInput, ServiceError } from '../service.ts';
import type { Executions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { checkArn } from './names.ts';

const text = z.optional(z.string());
const startSchema = z.strictObject({ stateMachineArn: z.string(), name: text, input: text });
const describeSchema = z.strictObject({ executionArn: z.string() });
const stopSchema = z.strictObject({ executionArn: z.string(), error: text, cause: text });
const historySchema = z.strictObject({
  executionArn: z.string(),
  includeExecutionData: z.optional(z.boolean()),
  maxResults: z.optional(z.int().check(z.gte(0), z.lte(1000))),
  nextToken: text,
  reverseOrder: z.optional(z.boolean()),
});

/** Step Functions on the wire. Dates go on it as seconds. */
export function createStepFunctionsService(machines: readonly StateMachine[], executions: Executions): JsonService {
  /** Rights on an execution are rights on its ARN. */
  const allowed = (action: string, input: { executionArn: string }, caller: Parameters<Operation>[1]) => {
    const arn = checkArn(input.executionArn, 'execution');
    caller.require(`states:${action}`, arn);
    return arn;
  };

  return {
    target: 'AWSStepFunctions',
    signingName: 'states',
    operations: {
      StartExecution: async (input, caller) => {
        const { stateMachineArn, name, input: data = '{}' } = parseInput(startSchema, input);
        caller.require('states:StartExecution', checkArn(stateMachineArn, 'stateMachine'));
        const machine = machines.find(({ arn }) => arn === stateMachineArn);
        if (machine === undefined) {
          throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
        }
        const { executionArn, startDate } = executions.start(machine, name, data);
        return { executionArn, startDate: startDate / 1000 };
      },
      DescribeExecution: async (input, caller) => {
        const arn = allowed('DescribeExecution', parseInput(describeSchema, input), caller);
        const { delivered: _, startDate, stopDate, ...record } = executions.find(arn);
        return {
          ...record,
          startDate: startDate / 1000,
          ...(stopDate === undefined ? {} : { stopDate: stopDate / 1000 }),
          inputDetails: { included: true },
          ...(record.output === undefined ? {} : { outputDetails: { included: true } }),
          redriveCount: 0,
        };
      },
      StopExecution: async (input, caller) => {
        const { error, cause, ...named } = parseInput(stopSchema, input);
        const record = await executions.stop(allowed('StopExecution', named, caller), error, cause);
        return { stopDate: (record.stopDate ?? Date.now()) / 1000 };
      },
      GetExecutionHistory: async (input, caller) => {
        const { includeExecutionData = true, ...parsed } = parseInput(historySchema, input);
        const arn = allowed('GetExecutionHistory', parsed, caller);
        executions.find(arn);
        const events = executions.history(arn);
        const ordered = parsed.reverseOrder === true ? events.toReversed() : events;
        const from = Number(parsed.nextToken ?? 0);
        if (!Number.isInteger(from)) throw new ServiceError('InvalidToken', 'Invalid Token');
        const to = from + (parsed.maxResults || 100);
        return {
          events: ordered.slice(from, to).map((event) => onTheWire(event, includeExecutionData)),
          ...(to < ordered.length ? { nextToken: String(to) } : {}),
        };
      },
    },
  };
}

/** Input, output and parameters are the execution's data; the rest of the details says what happened. */
function onTheWire(event: HistoryEvent, withData: boolean): Readonly<Record<string, unknown>> {
  const wire = { ...event, timestamp: event.timestamp / 1000 };
  if (withData) return wire;
  return JSON.parse(
    JSON.stringify(wire, (key, value: unknown) =>
      key === 'input' || key === 'output' || key === 'parameters' ? undefined : value,
    ),
  );
}
