/**
 * Reads settings from environment variables: `OTTLA_LOG_RETENTION_MS`, and Apache Kafka's container image's `KAFKA_*`,
 * where `_` stands for a dot, `__` for an underscore and `___` for a dash.
 */
import type { ConfigText } from './config-source.ts';
import { environmentName, type ConfigTable } from './config-table.ts';
import { meaningOf } from './config-key.ts';
import { parseProperties } from './properties.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables of Kafka's scripts and image. They concern the JVM, log4j and the image, none of which is here. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  'KAFKA_CLASSPATH',
  'KAFKA_DEBUG',
  'KAFKA_GC_LOG_OPTS',
  'KAFKA_HEAP_OPTS',
  'KAFKA_HOME',
  'KAFKA_JMX_HOSTNAME',
  'KAFKA_JMX_OPTS',
  'KAFKA_JMX_PORT',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'KAFKA_LOG4J_CMD_OPTS',
  'KAFKA_LOG4J_LOGGERS',
  'KAFKA_LOG4J_OPTS',
  'KAFKA_LOG4J_ROOT_LOGLEVEL',
  'KAFKA_MODE',
  'KAFKA_OPTS',
  'KAFKA_TOOLS_LOG4J_LOGLEVEL',
  'KAFKA_VERSION',
]);

/**
 * Kubernetes gives every container the addresses of the services around it. A service that is called `ottla` or `kafka` must
 * not stop a start: `OTTLA_PORT=tcp://10.0.0.1:9092`.
 */
const SERVICE_LINK = /_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const SERVICE_LINK_VALUE = /^(tcp|udp|sctp):\/\//;

/**
 * `KAFKA_*` first, then `OTTLA_*`, which wins. Unknown names come back too, for `resolveConfig` to judge.
 *
 * @param ignored `OTTLA_*` names that mean something else to the program.
 */
export function readEnvironment(
  table: ConfigTable,
  environment: Environment,
  ignored: readonly string[] = [],
): ConfigText[] {
  const kafka: ConfigText[] = [];
  const ottla: ConfigText[] = [];
  const keys = keysByName(table);
  for (const name of Object.keys(environment).toSorted()) {
    const text = environment[name];
    if (text === undefined || ignored.includes(name) || NOT_SETTINGS.has(name) || isServiceLink(name, text)) continue;
    const origin = { kind: 'environment', name } as const;
    if (name.startsWith('KAFKA_')) {
      kafka.push({ key: kafkaKey(table, name), text: imageText(text), origin });
    } else if (name.startsWith('OTTLA_')) {
      const rest = name.slice('OTTLA_'.length);
      ottla.push({ key: keys.get(rest) ?? decodeName(rest), text, origin });
    }
  }
  return [...kafka, ...ottla];
}

function isServiceLink(name: string, text: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_LINK_VALUE.test(text));
}

function keysByName(table: ConfigTable): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { key, flag } of table.byKey.values()) {
    keys.set(environmentName(key), key);
    if (flag !== null) keys.set(environmentName(flag), key);
  }
  return keys;
}

/** Another well-known image writes `KAFKA_CFG_` in front; no key of Kafka starts with `cfg.`. */
function kafkaKey(table: ConfigTable, name: string): string {
  const key = decodeName(name.slice('KAFKA_'.length));
  const plain = key.startsWith('cfg.') ? key.slice('cfg.'.length) : key;
  return meaningOf(table, key).kind === 'unknown' ? plain : key;
}

function decodeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/___|__|_/g, (underscores) => (underscores === '_' ? '.' : underscores === '__' ? '_' : '-'));
}

/**
 * The image writes variables into a properties file, so backslashes are escapes there. What would not survive that as one
 * value (a certificate's lines) is taken as it is.
 */
function imageText(text: string): string {
  if (!text.includes('\\')) return text;
  const { entries, faults } = parseProperties(`value=${text}`);
  return faults.length === 0 && entries.length === 1 ? entries[0]!.value : text;
}
