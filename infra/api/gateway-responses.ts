import { ResponseType } from 'aws-cdk-lib/aws-apigateway';

/** An answer that API Gateway gives by itself, before or after the function. */
export interface GatewayAnswer {
  readonly type: ResponseType;
  /** Absent: each error of the group keeps its own. */
  readonly status?: number;
  readonly text: string;
  readonly retryAfterSeconds?: number;
}

/**
 * What API Gateway says without asking a function. It cannot tell one API from another there, so each answer is
 * worded for all of them at once (`gatewayBody`), and says nothing of what went wrong inside.
 */
export const gatewayAnswers: readonly GatewayAnswer[] = [
  // Its own word for a path or method that is not there, answered 403 if left alone.
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, status: 404, text: 'There is nothing at this path and method.' },
  { type: ResponseType.REQUEST_TOO_LARGE, status: 413, text: 'The request is too large.' },
  {
    type: ResponseType.THROTTLED,
    status: 429,
    text: 'Too many requests at the moment. Try again in a few seconds.',
    retryAfterSeconds: 5,
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    text: 'The service took too long to answer. Try again.',
  },
  { type: ResponseType.DEFAULT_4XX, text: 'The request was not accepted. Check its method, path and headers.' },
  {
    type: ResponseType.DEFAULT_5XX,
    text: 'The service could not answer. Try again; if it persists, tell its operator.',
  },
];

/** The body under every key in which some client of the four APIs looks for an error's text. */
export const gatewayBody = (text: string) => ({
  success: false,
  error: text,
  detail: text,
  details: {},
  messages: [text],
});
