/**
 * GetTelemetrySubscriptions (api key 71): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string, uuid } from '../schema/field.ts';

export const getTelemetrySubscriptions = api(
  'GetTelemetrySubscriptions',
  { key: 71, versions: '0', flexible: '0+' },
  {
    request: () => ({
      clientInstanceId: uuid('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      clientInstanceId: uuid('0+'),
      subscriptionId: int32('0+'),
      acceptedCompressionTypes: array('0+', int8),
      pushIntervalMs: int32('0+'),
      telemetryMaxBytes: int32('0+'),
      deltaTemporality: bool('0+'),
      requestedMetrics: array('0+', string),
    }),
  },
);

export type GetTelemetrySubscriptionsRequest = ApiRequest<typeof getTelemetrySubscriptions>;
export type GetTelemetrySubscriptionsResponse = ApiResponse<typeof getTelemetrySubscriptions>;
