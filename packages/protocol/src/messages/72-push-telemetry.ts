/**
 * PushTelemetry (api key 72): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { bool, bytes, int16, int32, int8, uuid } from '../schema/field.ts';

export const pushTelemetry = api(
  'PushTelemetry',
  { key: 72, versions: '0', flexible: '0+' },
  {
    request: () => ({
      clientInstanceId: uuid('0+'),
      subscriptionId: int32('0+'),
      terminating: bool('0+'),
      compressionType: int8('0+'),
      metrics: bytes('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
    }),
  },
);

export type PushTelemetryRequest = ApiRequest<typeof pushTelemetry>;
export type PushTelemetryResponse = ApiResponse<typeof pushTelemetry>;
