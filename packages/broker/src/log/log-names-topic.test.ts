import { strictEqual, match } from 'node:assert/strict';
import { test } from 'node:test';
import { confusedTopicName, type NameRules } from './log-names-topic.ts';

const linux: NameRules = { isCaseInsensitive: false, hasDeviceNames: false };
const mac: NameRules = { isCaseInsensitive: true, hasDeviceNames: false };
const windows: NameRules = { isCaseInsensitive: true, hasDeviceNames: true };

const ROWS: readonly [
  why: string,
  name: string,
  existing: readonly string[],
  refused: { readonly linux?: RegExp; readonly mac?: RegExp; readonly windows?: RegExp },
][] = [
  ['nothing like it', 'orders', ['payments'], {}],
  ['itself', 'orders', ['orders'], {}],
  ['differs by case', 'Orders', ['payments', 'orders'], { mac: /those of topic "orders"/, windows: /Use "orders"/ }],
  ['differs by a character that only metrics confuse', 'a.b', ['a_b'], {}],
  [
    'an internal topic, before it is there',
    '__Consumer_Offsets',
    [],
    { mac: /"__consumer_offsets"/, windows: /"__consumer_offsets"/ },
  ],
  ['an internal topic itself', '__consumer_offsets', [], {}],
  ['a device', 'con', [], { windows: /"con" is the name of a device.*con-events/ }],
  ['a device in capitals', 'NUL', [], { windows: /"NUL"/ }],
  ['a device before a dot', 'com1.orders', [], { windows: /"com1"/ }],
  ['a device and a dash is a name like any other', 'con-events', [], {}],
  ['begins like a device', 'console', [], {}],
  ['a port without its number', 'com', [], {}],
  ['a device behind a dot', 'orders.con', [], {}],
];

for (const [why, name, existing, refused] of ROWS) {
  for (const [system, rules] of Object.entries({ linux, mac, windows })) {
    void test(`topic name on ${system}: ${why}`, () => {
      const sentence = confusedTopicName(name, existing, rules);
      const wanted = refused[system as keyof typeof refused];
      if (wanted === undefined) strictEqual(sentence, null);
      else {
        match(sentence ?? 'accepted', wanted);
        match(sentence ?? '', new RegExp(`^topic "${name}" cannot be created: `));
      }
    });
  }
}
