/** What is sent back. */
export interface GcsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const jsonAnswer = (status: number, body: unknown): GcsAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(body),
});

/** Where a refusal is worded: each of the three services has a form of its own. */
export type Form = 'token' | 'json' | 'xml';

/** Thrown anywhere while a request is served. `code` is OAuth's error, the JSON API's reason or the XML API's code. */
export class GcsRefusal extends Error {
  override readonly name = 'GcsRefusal';
  readonly form: Form;
  readonly status: number;
  readonly code: string;

  constructor(form: Form, status: number, code: string, message: string) {
    super(message);
    this.form = form;
    this.status = status;
    this.code = code;
  }
}

/**
 * The answer to a refused request (RFC 6749, 5.2; "HTTP status and error codes" for the JSON and the XML API).
 *
 * @param planted a text to add to the message, by which a test recognizes what the storage said
 */
export function refusalAnswer(
  { form, status, code, message: own }: GcsRefusal,
  planted: string | undefined,
): GcsAnswer {
  const message = planted === undefined ? own : `${own} ${planted}`;
  switch (form) {
    case 'token':
      return jsonAnswer(status, { error: code, error_description: message });
    case 'json':
      return jsonAnswer(status, {
        error: { code: status, message, errors: [{ message, domain: 'global', reason: code }] },
      });
    case 'xml':
      return {
        status,
        headers: { 'content-type': 'application/xml; charset=UTF-8' },
        body: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
      };
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
