/** The same questions put to Apache Kafka's own classes (`golden/AskKafka.java`) and to ours. */
import { ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LeaderEpochCache, type EpochEntry } from './leader-epoch-cache.ts';
import { isTopicName, parsePartitionDirectory } from './log-names.ts';

const ANSWERS = readFileSync(new URL('../../golden/kafka-answers.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [question: string, answer: string]);

const textOf = (entries: readonly EpochEntry[]): string =>
  entries.map(({ epoch, startOffset }) => `${epoch}:${startOffset}`).join(',');

function answerOf(cache: LeaderEpochCache, [operation, ...words]: readonly string[]): string {
  const [first = 0, second = 0] = words.map(Number);
  switch (operation) {
    case 'A':
      cache.assign(first, second);
      return textOf(cache.entries);
    case 'E':
      cache.truncateFromEnd(first);
      return textOf(cache.entries);
    case 'S':
      cache.truncateFromStart(first);
      return textOf(cache.entries);
    case 'R':
      return textOf(cache.entriesInRange(first, second));
    case 'F':
      return String(cache.epochForOffset(first));
    default: {
      const { epoch, endOffset } = cache.endOffsetFor(first, second);
      return `${epoch}:${endOffset}`;
    }
  }
}

void test("leader epochs answer as Kafka's LeaderEpochFileCache does", () => {
  let cache = new LeaderEpochCache();
  let count = 0;
  for (const [index, [question, answer]] of ANSWERS.entries()) {
    const words = question.split(' ');
    if (words[0] === 'P') continue;
    count++;
    if (words[0] === 'N') cache = new LeaderEpochCache();
    else strictEqual(answerOf(cache, words), answer, `line ${index + 1}: ${question}`);
  }
  ok(count > 1_500, `${count} questions`);
});

void test("partition directories parse as Kafka's do, but for names that no topic has", () => {
  const questions = ANSWERS.filter(([question]) => question.startsWith('P '));
  let taken = 0;
  for (const [question, answer] of questions) {
    const found = parsePartitionDirectory(question.slice(2));
    // Kafka takes `.-12` and `a+-12` for partitions of topics that nobody can create.
    const wanted = isTopicName(answer.slice(0, answer.lastIndexOf('/'))) ? answer : 'null';
    strictEqual(found === null ? 'null' : `${found.topic}/${found.partition}`, wanted, question);
    if (found !== null) taken++;
  }
  ok(taken > 50 && taken < questions.length - 100, `${taken} of ${questions.length} are partitions`);
});
