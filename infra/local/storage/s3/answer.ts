import type { Readable } from 'node:stream';
import type { S3Refusal } from './errors.ts';
import { S3_NAMESPACE, type XmlElement, xmlDocument } from './xml.ts';

/** What is sent back. A stream goes out as it is read. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

/** The identifiers of one request, which S3 sends in headers and repeats in errors. */
export interface RequestIds {
  readonly requestId: string;
  readonly hostId: string;
}

export function xmlAnswer(root: XmlElement, headers: Readonly<Record<string, string>> = {}): S3Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: xmlDocument(root, S3_NAMESPACE),
  };
}

/**
 * The answer to a refused request (Amazon S3 API Reference, "REST Error Responses").
 *
 * @param planted a text to add to the message, by which a test recognizes what the storage said
 */
export function errorAnswer(refusal: S3Refusal, ids: RequestIds, planted: string | undefined): S3Answer {
  const message = planted === undefined ? refusal.message : `${refusal.message} ${planted}`;
  const root: XmlElement = [
    'Error',
    [
      ['Code', refusal.code],
      ['Message', message],
      ...Object.entries(refusal.details),
      ['RequestId', ids.requestId],
      ['HostId', ids.hostId],
    ],
  ];
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/xml', ...refusal.headers },
    body: xmlDocument(root),
  };
}
