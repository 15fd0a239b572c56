import type { AuditVerdict } from '../../core/access/audit.ts';
import type { TestStanding } from '../../core/jobs/account-test.ts';
import type { SurveyedBucket } from '../../core/records/verdict.ts';
import type { Response } from '../../http/response.ts';
import { wordDiagnosis } from './names.ts';

/**
 * How far a test is (document, `test_result_cloud_connector`): its buckets once it is done; until then, and when it
 * failed, where it stands. `message`, which the document does not have, says what is wrong and what to do; while the test
 * goes on, why it has not got further.
 */
export function toTestAnswer(jobId: string, test: TestStanding): Pick<Response, 'status' | 'body'> {
  const { status } = test;
  switch (status) {
    case 'queued':
    case 'working': {
      const message = test.waitingFor && wordDiagnosis(test.waitingFor);
      const body = { job_id: jobId, status, progress: test.done, total: test.total, ...(message && { message }) };
      return { status: 202, body };
    }
    case 'failed': {
      // Of an account that could not be listed no bucket is known.
      const message = wordDiagnosis(test.diagnosis);
      return { status: 202, body: { job_id: jobId, status, progress: 0, total: 0, message } };
    }
    case 'completed':
      return { status: 200, body: { cloud_buckets: test.buckets.map(toBucket) } };
  }
}

/**
 * The document's `cloud_bucket`. Nothing is saved, so it is of no connector and no pool, and has no price; what is in
 * it is told only where all of it was counted (dialects/README.md).
 */
const toBucket = ({ name, region, files, bytes }: SurveyedBucket, index: number) => ({
  id: index + 1,
  name,
  ...(files !== undefined && { file_count: files }),
  ...(bytes !== undefined && { file_size_sum: bytes }),
  ...(region !== undefined && { location: region }),
});

export function verdictOf(standing: TestStanding): AuditVerdict {
  switch (standing.status) {
    case 'queued':
    case 'working':
      return 'connecting';
    case 'failed':
      return standing.diagnosis.code;
    case 'completed':
      return 'connected';
  }
}
