/**
 * UnregisterController (api key 94): a controller that will not come back is forgotten. Brokers pass the request on to
 * the controller.
 *
 * It forgets the registration alone; who votes is a matter of RemoveRaftVoter.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { int16, int32, string } from '../schema/field.ts';

export const unregisterController = api(
  'UnregisterController',
  { key: 94, versions: '0', flexible: '0+' },
  {
    request: () => ({
      controllerId: int32('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
    }),
  },
);

export type UnregisterControllerRequest = ApiRequest<typeof unregisterController>;
export type UnregisterControllerResponse = ApiResponse<typeof unregisterController>;
