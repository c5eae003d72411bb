/** Captured frames as tables: every byte accounted for, and a clear stop where the bytes go wrong. */
import { match, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ByteWriter } from '@ottla/runtime';
import { explainFrame, formatExplainedFrame } from './explain.ts';
import { encodeRequestFrame } from './header.ts';
import { heartbeat } from './messages/12-heartbeat.ts';

function heartbeatFrame(): Uint8Array {
  const writer = new ByteWriter();
  const meta = { version: 4, correlationId: 7, clientId: 'me' };
  encodeRequestFrame(writer, heartbeat, meta, {
    groupId: 'group-1',
    generationId: 3,
    memberId: '',
    groupInstanceId: null,
  });
  return writer.toBytes();
}

test('explain: a request with its size prefix', () => {
  strictEqual(
    formatExplainedFrame(explainFrame(heartbeatFrame())),
    [
      'Heartbeat request, version 4',
      'byte  bytes                    field                     value',
      '   0  00 00 00 1c              size                      28',
      '   4  00 0c                    header.requestApiKey      12',
      '   6  00 04                    header.requestApiVersion  4',
      '   8  00 00 00 07              header.correlationId      7',
      '  12  00 02 6d 65              header.clientId           "me"',
      '  16  00                       header.taggedFields       0',
      '  17  08 67 72 6f 75 70 2d 31  groupId                   "group-1"',
      '  25  00 00 00 03              generationId              3',
      '  29  01                       memberId                  ""',
      '  30  00                       groupInstanceId           null',
      '  31  00                       taggedFields              0',
    ].join('\n'),
  );
});

test('explain: without the prefix, and with surplus bytes behind', () => {
  const { fields, problem } = explainFrame(Buffer.concat([heartbeatFrame().subarray(4), Buffer.of(1, 2)]));
  strictEqual(problem, null);
  strictEqual(fields[0]!.field, 'header.requestApiKey');
  match(fields.at(-1)!.value, /2 surplus bytes/);
});

test('explain: says where damaged bytes stop making sense', () => {
  const { fields, problem } = explainFrame(heartbeatFrame().subarray(4, 20));
  ok(fields.length > 3);
  match(problem!, /^HeartbeatRequest v4 groupId at byte 1: 7 bytes wanted, 2 left$/);
  match(explainFrame(Buffer.from('ffff0000', 'hex')).problem!, /no API with key -1/);
  match(explainFrame(Buffer.of(1)).problem!, /fewer than 4 bytes/);
});

test('explain: captured responses of every API', () => {
  for (const file of ['01-Fetch', '03-Metadata', '18-ApiVersions', '68-ConsumerGroupHeartbeat']) {
    const text = readFileSync(new URL(`../golden/wire/${file}.ndjson`, import.meta.url), 'utf8');
    for (const line of text.trim().split('\n')) {
      const pair = JSON.parse(line) as { apiVersion: number; request: string; response: string };
      const responseTo = { apiKey: Number(file.slice(0, 2)), apiVersion: pair.apiVersion };
      const frames = [explainFrame(Buffer.from(pair.request, 'base64'))];
      // A broker answers ApiVersions in a version it lacks as version 0; such a capture is explained as that.
      if (responseTo.apiVersion < 6) frames.push(explainFrame(Buffer.from(pair.response, 'base64'), responseTo));
      for (const { problem, fields } of frames) {
        strictEqual(problem, null, file);
        ok(fields.length > 2);
      }
    }
  }
});
