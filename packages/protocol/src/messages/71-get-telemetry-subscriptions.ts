/**
 * GetTelemetrySubscriptions (api key 71): a client asks which of its own metrics the cluster wants, how often and how
 * compressed (KIP-714).
 *
 * Any broker answers; one without a telemetry plugin does not announce the API. Asking again before `pushIntervalMs`
 * has passed answers THROTTLING_QUOTA_EXCEEDED.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string, uuid } from '../schema/field.ts';

export const getTelemetrySubscriptions = api(
  'GetTelemetrySubscriptions',
  { key: 71, versions: '0', flexible: '0+' },
  {
    request: () => ({
      clientInstanceId: uuid('0+', 'Zero the first time; then the one received.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      clientInstanceId: uuid('0+', 'For the whole life of the client.'),
      subscriptionId: int32('0+', 'To send with each push: it changes with the subscription.'),
      acceptedCompressionTypes: array('0+', int8, '1 gzip, 2 snappy, 3 lz4, 4 zstd; best first.'),
      pushIntervalMs: int32('0+'),
      telemetryMaxBytes: int32('0+', 'The most that one push may carry.'),
      deltaTemporality: bool('0+', 'True: counters as differences since the last push; false: as sums.'),
      requestedMetrics: array('0+', string, 'Prefixes of names; empty for none, `*` alone for all.'),
    }),
  },
);

export type GetTelemetrySubscriptionsRequest = ApiRequest<typeof getTelemetrySubscriptions>;
export type GetTelemetrySubscriptionsResponse = ApiResponse<typeof getTelemetrySubscriptions>;
