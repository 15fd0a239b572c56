import * as z from 'zod/mini';
import type { StateMachine } from '../../template/model.ts';
import { type JsonService, type Operation, parseInput, ServiceError } from '../service.ts';
import type { Executions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import { validateArn } from './names.ts';

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

/** Creates the Step Functions service. Its responses have dates in seconds. */
export function createStepFunctionsService(machines: readonly StateMachine[], executions: Executions): JsonService {
  /** Requires a permission on an execution. @returns its ARN */
  const requirePermission = (action: string, input: { executionArn: string }, caller: Parameters<Operation>[1]) => {
    const arn = validateArn(input.executionArn, 'execution');
    caller.require(`states:${action}`, arn);
    return arn;
  };

  return {
    target: 'AWSStepFunctions',
    signingName: 'states',
    operations: {
      StartExecution: async (input, caller) => {
        const { stateMachineArn, name, input: data = '{}' } = parseInput(startSchema, input);
        caller.require('states:StartExecution', validateArn(stateMachineArn, 'stateMachine'));
        const machine = machines.find(({ arn }) => arn === stateMachineArn);
        if (machine === undefined) {
          throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
        }
        const { executionArn, startDate } = executions.start(machine, name, data);
        return { executionArn, startDate: startDate / 1000 };
      },
      DescribeExecution: async (input, caller) => {
        const arn = requirePermission('DescribeExecution', parseInput(describeSchema, input), caller);
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
        const record = await executions.stop(requirePermission('StopExecution', named, caller), error, cause);
        return { stopDate: (record.stopDate ?? Date.now()) / 1000 };
      },
      GetExecutionHistory: async (input, caller) => {
        const { includeExecutionData = true, ...parsed } = parseInput(historySchema, input);
        const arn = requirePermission('GetExecutionHistory', parsed, caller);
        executions.find(arn);
        const events = executions.history(arn);
        const ordered = parsed.reverseOrder === true ? events.toReversed() : events;
        const start = Number(parsed.nextToken ?? 0);
        if (!Number.isInteger(start)) throw new ServiceError('InvalidToken', 'Invalid Token');
        const end = start + (parsed.maxResults || 100);
        return {
          events: ordered.slice(start, end).map((event) => toResponseEvent(event, includeExecutionData)),
          ...(end < ordered.length ? { nextToken: String(end) } : {}),
        };
      },
    },
  };
}

/** Converts an event to a response's form. Without data, its input, output and parameters are left out. */
function toResponseEvent(event: HistoryEvent, includesData: boolean): Readonly<Record<string, unknown>> {
  const responseEvent = { ...event, timestamp: event.timestamp / 1000 };
  if (includesData) return responseEvent;
  return JSON.parse(
    JSON.stringify(responseEvent, (key, value: unknown) =>
      key === 'input' || key === 'output' || key === 'parameters' ? undefined : value,
    ),
  );
}
