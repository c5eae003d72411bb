/**
 * DescribeLogDirs (api key 35): a broker's log directories, with the replicas in each, their size and lag (KIP-113).
 *
 * Sent to that broker. A failed directory answers KAFKA_STORAGE_ERROR.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible · v3 errorCode (KIP-784) · v4 totalBytes,
 * usableBytes (KIP-827) · v5 isCordoned (KIP-1066)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string } from '../schema/field.ts';

export const describeLogDirs = api(
  'DescribeLogDirs',
  { key: 35, versions: '1-5', flexible: '2+' },
  {
    request: () => ({
      topics: array(
        '0+',
        {
          topic: string('0+'),
          partitions: array('0+', int32),
        },
        'Null for all.',
        { nullable: '0+' },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('3+', 'About the request as a whole, such as CLUSTER_AUTHORIZATION_FAILED.', {
        ignorable: true,
      }),
      results: array('0+', {
        errorCode: int16('0+', 'About the directory.'),
        logDir: string('0+'),
        topics: array('0+', {
          name: string('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
            partitionSize: int53('0+', 'In bytes.'),
            offsetLag: int53(
              '0+',
              'Records behind the high watermark, or a future log behind the current one; -1 if unknown.',
            ),
            isFutureKey: bool('0+', 'A copy that AlterReplicaLogDirs is making.'),
          }),
        }),
        totalBytes: int53('4+', 'Of the volume; -1 if unknown.', { default: -1, ignorable: true, saturates: true }),
        usableBytes: int53('4+', 'Of the volume; -1 if unknown.', { default: -1, ignorable: true, saturates: true }),
        isCordoned: bool('5+', 'The directory takes no new replicas.', { default: false, ignorable: true }),
      }),
    }),
  },
);

export type DescribeLogDirsRequest = ApiRequest<typeof describeLogDirs>;
export type DescribeLogDirsResponse = ApiResponse<typeof describeLogDirs>;
