/**
 * A command that cannot be carried out, for a reason the person who typed it can do something about. The message is for
 * them: sentences, one a line, without a secret and without what an SDK said.
 */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Ends the command with some sentences, one a line. @throws Stopped always */
export function stop(...sentences: readonly string[]): never {
  throw new Stopped(sentences.join('\n'));
}

/** Somebody pressed Ctrl-C: the command ends where it is. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Does some work, or waits no longer for its end.
 *
 * @throws Interrupted as soon as it is; what was begun by then is left behind, and nothing is begun after
 */
export async function interruptible<T>(work: () => Promise<T>, interrupt: AbortSignal | undefined): Promise<T> {
  if (interrupt === undefined) return work();
  if (interrupt.aborted) throw new Interrupted();
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(new Interrupted());
  interrupt.addEventListener('abort', end);
  try {
    return await Promise.race([work(), promise]);
  } finally {
    interrupt.removeEventListener('abort', end);
  }
}
