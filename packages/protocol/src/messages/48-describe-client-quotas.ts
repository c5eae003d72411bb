/**
 * DescribeClientQuotas (api key 48): the quotas of users, client ids and addresses that match a filter. Any broker
 * answers (KIP-546).
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
        entityType: string('0+', '`user`, `client-id` or `ip`, each at most once; `ip` stands alone.'),
        matchType: int8('0+', '0 this name, 1 the default, 2 any.'),
        match: string('0+', 'The name for match type 0; else null.', { nullable: '0+' }),
      }),
      strict: bool('0+', 'Leave out entities with types that the filter does not name.'),
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
            entityName: string('0+', 'Null for the default.', { nullable: '0+' }),
          }),
          values: array('0+', {
            key: string(
              '0+',
              'Such as producer_byte_rate, consumer_byte_rate, request_percentage, connection_creation_rate.',
            ),
            value: float64('0+'),
          }),
        },
        'Null with an error.',
        { nullable: '0+' },
      ),
    }),
  },
);

export type DescribeClientQuotasRequest = ApiRequest<typeof describeClientQuotas>;
export type DescribeClientQuotasResponse = ApiResponse<typeof describeClientQuotas>;
