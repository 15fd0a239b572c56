/**
 * Formats an error's name and stack frames. Its message is left out, because it may quote a secret or a caller's input.
 */
export function formatErrorWithoutMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'a value that is not an Error was thrown';
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [error.name, ...frames].join('\n');
}
