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
