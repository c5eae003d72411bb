/**
 * DescribeConfigs (api key 32): the configs of topics, brokers, loggers, client metrics and groups, with where each
 * value comes from.
 *
 * Any broker answers for what is in the metadata; for a broker's own configs and loggers the request must go to that
 * broker. Errors are per resource.
 *
 * v1 includeSynonyms, configSource (KIP-226) · v2 throttled after the answer (KIP-219) · v3 includeDocumentation,
 * configType, documentation (KIP-569) · v4 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const describeConfigs = api(
  'DescribeConfigs',
  { key: 32, versions: '1-4', flexible: '4+' },
  {
    request: () => ({
      resources: array('0+', {
        resourceType: int8('0+', '2 TOPIC, 4 BROKER, 8 BROKER_LOGGER, 16 CLIENT_METRICS, 32 GROUP.'),
        resourceName: string('0+', 'A broker is named by its id; empty means the dynamic default of all brokers.'),
        configurationKeys: array('0+', string, 'Null or empty for all.', { nullable: '0+' }),
      }),
      includeSynonyms: bool('1+', 'List all places where the value may come from.', { default: false }),
      includeDocumentation: bool('3+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      results: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        resourceType: int8('0+'),
        resourceName: string('0+'),
        configs: array('0+', {
          name: string('0+'),
          value: string('0+', 'Null if sensitive or without a value.', { nullable: '0+' }),
          readOnly: bool('0+', 'True where it cannot be altered while the broker runs.'),
          configSource: int8(
            '1+',
            '1 topic, 2 broker, 3 all brokers, 4 file, 5 default, 6 logger, 7 client metrics, 8 group.',
            { default: -1, ignorable: true },
          ),
          isSensitive: bool('0+'),
          synonyms: array(
            '1+',
            {
              name: string('1+', 'May be another name, such as log.retention.ms for retention.ms.'),
              value: string('1+', { nullable: '0+' }),
              source: int8('1+', 'As `configSource`.'),
            },
            'The candidates, the one in force first.',
            { ignorable: true },
          ),
          configType: int8(
            '3+',
            '1 BOOLEAN, 2 STRING, 3 INT, 4 SHORT, 5 LONG, 6 DOUBLE, 7 LIST, 8 CLASS, 9 PASSWORD; 0 unknown.',
            { default: 0, ignorable: true },
          ),
          documentation: string('3+', 'Null if not asked.', { nullable: '0+', ignorable: true }),
        }),
      }),
    }),
  },
);

export type DescribeConfigsRequest = ApiRequest<typeof describeConfigs>;
export type DescribeConfigsResponse = ApiResponse<typeof describeConfigs>;
