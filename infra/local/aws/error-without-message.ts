/** Where it failed, without what the message may quote. */
export function withoutMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error was thrown';
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [error.name, ...frames].join('\n');
}
