/**
 * PushTelemetry (api key 72): a client delivers its own metrics (KIP-714). To any broker that answered
 * GetTelemetrySubscriptions.
 *
 * UNKNOWN_SUBSCRIPTION_ID asks for GetTelemetrySubscriptions anew.
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
      terminating: bool('0+', "The client's last push; it may come before its time."),
      compressionType: int8('0+', '0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.'),
      metrics: bytes('0+', 'OpenTelemetry MetricsData v1 in protobuf, compressed.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
    }),
  },
);

export type PushTelemetryRequest = ApiRequest<typeof pushTelemetry>;
export type PushTelemetryResponse = ApiResponse<typeof pushTelemetry>;
