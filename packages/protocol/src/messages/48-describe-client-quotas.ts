/**
 * DescribeClientQuotas (api key 48): @DOC
 *
 * v1 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, float64, int16, int32, int8, string } from '../schema/field.ts';

export const describeClientQuotas = api(
  'DescribeClientQuotas',
  { key: 48, versions: '0-1', flexible: '1+' },
  {
    request: () => ({
      components: array('0+', {
        entityType: string('0+'),
        matchType: int8('0+'),
        match: string('0+', { nullable: '0+' }),
      }),
      strict: bool('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      entries: array(
        '0+',
        {
          entity: array('0+', {
            entityType: string('0+'),
            entityName: string('0+', { nullable: '0+' }),
          }),
          values: array('0+', {
            key: string('0+'),
            value: float64('0+'),
          }),
        },
        { nullable: '0+' },
      ),
    }),
  },
);

export type DescribeClientQuotasRequest = ApiRequest<typeof describeClientQuotas>;
export type DescribeClientQuotasResponse = ApiResponse<typeof describeClientQuotas>;
