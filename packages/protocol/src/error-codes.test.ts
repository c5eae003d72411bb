import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERROR_ACTIONS, type ErrorAction, type ErrorFamily } from './error-codes-table.ts';
import { describeErrorCode, ERROR_ROWS, ErrorCode, isErrorCode, parseErrorName } from './error-codes.ts';

interface Fact {
  readonly code: number;
  readonly name: string;
  readonly retriable: boolean;
  readonly refreshMetadata?: true;
  readonly refreshRetriable?: true;
  readonly applicationRecoverable?: true;
  readonly transactionAbortable?: true;
  readonly invalidConfiguration?: true;
  readonly authentication?: true;
  readonly authorization?: true;
}

const facts = JSON.parse(
  readFileSync(new URL('../facts/kafka-config/errors.json', import.meta.url), 'utf8'),
) as readonly Fact[];

// The most specific mark decides: an authentication error is an invalid configuration too, and so on.
function familyOf(fact: Fact): ErrorFamily {
  if (fact.refreshMetadata) return 'invalidMetadata';
  if (fact.refreshRetriable) return 'refreshRetriable';
  if (fact.retriable) return 'retriable';
  if (fact.applicationRecoverable) return 'applicationRecoverable';
  if (fact.transactionAbortable) return 'transactionAbortable';
  if (fact.authentication) return 'authentication';
  if (fact.authorization) return 'authorization';
  return fact.invalidConfiguration ? 'invalidConfiguration' : 'api';
}

test('error codes: the table is exactly that of Kafka 4.4, in order', () => {
  strictEqual(facts.length, 138);
  deepStrictEqual(
    ERROR_ROWS.map((row) => row.code),
    facts.map((fact) => fact.code),
  );
  for (const [index, fact] of facts.entries()) {
    const { code, name, retriable, refreshMetadata, family } = ERROR_ROWS[index]!;
    deepStrictEqual(
      { code, name, retriable, refreshMetadata, family },
      {
        code: fact.code,
        name: fact.name,
        retriable: fact.retriable,
        refreshMetadata: fact.refreshMetadata === true,
        family: familyOf(fact),
      },
    );
  }
});

test('error codes: every name maps to its number and back', () => {
  for (const { code, name } of facts) {
    strictEqual((ErrorCode as Record<string, number>)[name], code);
    strictEqual(parseErrorName(name), code);
    strictEqual(describeErrorCode(code).name, name);
    ok(isErrorCode(code));
  }
});

test('error codes: what is not in the table', () => {
  strictEqual(parseErrorName('NO_SUCH_ERROR'), null);
  strictEqual(parseErrorName('toString'), null, 'inherited names are not errors');
  for (const code of [-2, 137, 32_767, -32_768]) {
    strictEqual(isErrorCode(code), false);
    const row = describeErrorCode(code);
    strictEqual(row.code, code);
    strictEqual(row.retriable, false);
    strictEqual(row.action, describeErrorCode(ErrorCode.UNKNOWN_SERVER_ERROR).action);
    ok(row.meaning.includes(String(code)));
  }
});

// Kafka's families bound what a client may do; these rows depart, each for its reason.
const departures: Partial<Record<string, string>> = {
  ELECTION_NOT_NEEDED: 'Kafka calls it retriable, but an election that is not needed is the wanted state',
  NEW_LEADER_ELECTED: 'the request succeeded and its consequence arrives as metadata',
  STALE_MEMBER_EPOCH: 'a retry works, though only with the epoch of the next heartbeat',
};
const actionsOfFamily: Record<ErrorFamily, readonly ErrorAction[]> = {
  invalidMetadata: ['refreshMetadata'],
  refreshRetriable: ['findCoordinator'],
  retriable: ['retry', 'startAnew', 'findController'],
  applicationRecoverable: ['rejoin', 'fenced', 'initProducerId', 'abortTransaction'],
  transactionAbortable: ['abortTransaction'],
  invalidConfiguration: ['fail', 'fatal', 'splitBatch'],
  authentication: ['fatal'],
  authorization: ['fail', 'fatal'],
  api: [
    'proceed',
    'fail',
    'fatal',
    'fenced',
    'rejoin',
    'register',
    'startAnew',
    'resetOffset',
    'splitBatch',
    'initProducerId',
    'rebootstrap',
  ],
};

test('error codes: the action fits the family', () => {
  for (const { name, family, action } of ERROR_ROWS) {
    if (name in departures) {
      ok(!actionsOfFamily[family].includes(action), `${name} is listed as a departure and is none`);
    } else {
      ok(actionsOfFamily[family].includes(action), `${name}: ${action} does not fit ${family}`);
    }
  }
  deepStrictEqual(
    Object.keys(ERROR_ACTIONS).filter((action) => !ERROR_ROWS.some((row) => row.action === action)),
    [],
    'every action is used',
  );
});

test('error codes: every row has two sentences of its own', () => {
  const meanings = new Set<string>();
  for (const { name, meaning, fix } of ERROR_ROWS) {
    for (const text of [meaning, fix]) match(text, /^["A-Za-z].*\.$/, `${name}: a sentence starts and ends`);
    notStrictEqual(meaning, fix);
    ok(!meanings.has(meaning), `${name} repeats another row's meaning`);
    meanings.add(meaning);
  }
});
