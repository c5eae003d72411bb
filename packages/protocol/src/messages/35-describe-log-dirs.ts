/**
 * DescribeLogDirs (api key 35): @DOC
 *
 * v2 flexible · v3 errorCode · v4 totalBytes, usableBytes · v5 isCordoned
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
        { nullable: '0+' },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('3+', { ignorable: true }),
      results: array('0+', {
        errorCode: int16('0+'),
        logDir: string('0+'),
        topics: array('0+', {
          name: string('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
            partitionSize: int53('0+'),
            offsetLag: int53('0+'),
            isFutureKey: bool('0+'),
          }),
        }),
        totalBytes: int53('4+', { default: -1, ignorable: true, saturates: true }),
        usableBytes: int53('4+', { default: -1, ignorable: true, saturates: true }),
        isCordoned: bool('5+', { default: false, ignorable: true }),
      }),
    }),
  },
);

export type DescribeLogDirsRequest = ApiRequest<typeof describeLogDirs>;
export type DescribeLogDirsResponse = ApiResponse<typeof describeLogDirs>;
