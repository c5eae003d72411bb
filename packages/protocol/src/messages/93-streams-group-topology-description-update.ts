/**
 * StreamsGroupTopologyDescriptionUpdate (api key 93): a streams member describes the topology it runs, with all nodes,
 * for people to look at (KIP-1331).
 *
 * Sent to the group coordinator when StreamsGroupHeartbeat asks for it; the broker hands it to its topology description
 * plugin. It does not bear on the assignment. UNKNOWN_MEMBER_ID means: fenced, join anew.
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
      topologyEpoch: int32('0+', 'That of the topology described.'),
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
    globalStores: array('0+', topologyDescriptionGlobalStore(), 'With the source and processor that fill each.'),
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
    name: string('0+', 'Such as `KSTREAM-SOURCE-0000000000`.'),
    nodeType: int8('0+', '1 source, 2 processor, 3 sink.'),
    sourceTopics: array('0+', string, 'Of a source; empty if chosen at run time.'),
    sinkTopic: string('0+', 'Of a sink; null if chosen at run time.', { nullable: '0+', default: null }),
    stores: array('0+', string, 'Of a processor.'),
    successors: array('0+', string, 'Names of nodes.'),
  });
}

function topologyDescriptionGlobalStore() {
  return struct('TopologyDescriptionGlobalStore', {
    source: nested('0+', topologyDescriptionNode()),
    processor: nested('0+', topologyDescriptionNode()),
  });
}
