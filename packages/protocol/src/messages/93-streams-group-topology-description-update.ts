/**
 * StreamsGroupTopologyDescriptionUpdate (api key 93): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, nested, string, struct } from '../schema/field.ts';

export const streamsGroupTopologyDescriptionUpdate = api(
  'StreamsGroupTopologyDescriptionUpdate',
  { key: 93, versions: '0', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+'),
      memberId: string('0+'),
      topologyEpoch: int32('0+'),
      topologyDescription: nested('0+', topologyDescription()),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
    }),
  },
);

export type StreamsGroupTopologyDescriptionUpdateRequest = ApiRequest<typeof streamsGroupTopologyDescriptionUpdate>;
export type StreamsGroupTopologyDescriptionUpdateResponse = ApiResponse<typeof streamsGroupTopologyDescriptionUpdate>;

function topologyDescription() {
  return struct('TopologyDescription', {
    subtopologies: array('0+', topologyDescriptionSubtopology()),
    globalStores: array('0+', topologyDescriptionGlobalStore()),
  });
}

function topologyDescriptionSubtopology() {
  return struct('TopologyDescriptionSubtopology', {
    subtopologyId: string('0+'),
    nodes: array('0+', topologyDescriptionNode()),
  });
}

function topologyDescriptionNode() {
  return struct('TopologyDescriptionNode', {
    name: string('0+'),
    nodeType: int8('0+'),
    sourceTopics: array('0+', string),
    sinkTopic: string('0+', { nullable: '0+', default: null }),
    stores: array('0+', string),
    successors: array('0+', string),
  });
}

function topologyDescriptionGlobalStore() {
  return struct('TopologyDescriptionGlobalStore', {
    source: nested('0+', topologyDescriptionNode()),
    processor: nested('0+', topologyDescriptionNode()),
  });
}
