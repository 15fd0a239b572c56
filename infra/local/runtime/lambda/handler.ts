import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isNativeError } from 'node:util/types';
import type { FunctionToRun } from './messages.ts';

export type Handler = (event: unknown, context: object) => unknown;

/**
 * Finds a function's handler as Lambda's Node 24 runtime does: `index.handler` is the export `handler` of index.mjs,
 * index.js or index.cjs in the bundle; dots after the first descend into the export.
 *
 * @throws Error whose name is Lambda's error type (`Runtime.ImportModuleError`, `Runtime.HandlerNotFound`, …), or
 * what the module itself threw while it was loaded.
 */
export async function loadHandler({ code, handler }: Pick<FunctionToRun, 'code' | 'handler'>): Promise<Handler> {
  const [file, ...exported] = basename(handler).split('.');
  if (file === undefined || file === '' || exported.length === 0 || handler.includes('..')) {
    throw named('Runtime.MalformedHandlerName', 'Bad handler');
  }
  const module = join(dirname(handler), file);
  const path = ['.mjs', '.js', '.cjs'].map((ending) => join(code, module + ending)).find((each) => existsSync(each));
  if (path === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${module}'`);
  const found = exported.reduce<unknown>(member, await imported(path));
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (found.length > 2) {
    throw named('Runtime.CallbackHandlerDeprecated', `${handler} takes a callback, which Node.js 24 on Lambda refuses`);
  }
  return (event, context) => Reflect.apply(found, undefined, [event, context]);
}

async function imported(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    const missing = isNativeError(error) && 'code' in error && /MODULE_NOT_FOUND$/.test(String(error.code));
    throw missing ? named('Runtime.ImportModuleError', `Error: ${error.message}`) : error;
  }
}

/** A CommonJS module's exports may only be reachable through `default`. */
function member(holder: unknown, name: string): unknown {
  return property(holder, name) ?? property(property(holder, 'default'), name);
}

function property(holder: unknown, name: string): unknown {
  const hasProperties = (typeof holder === 'object' && holder !== null) || typeof holder === 'function';
  return hasProperties ? Reflect.get(holder, name) : undefined;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
