/**
 * Topic names that Kafka allows and the file system below a log directory confuses: `Orders` and `orders` are one directory on
 * macOS and Windows, and Windows keeps `con` for itself. Apache Kafka finds out when the directory is already broken.
 */

/** What the file system of a log directory does with names. */
export interface NameRules {
  /** `A` and `a` are the same file. */
  readonly isCaseInsensitive: boolean;
  /** Names of devices (`con`, `nul`, `com1`, …), alone or before a dot, are no files. */
  readonly hasDeviceNames: boolean;
}

/** Made by the cluster itself when first needed: no user's topic may take their place before. */
const INTERNAL_TOPICS = [
  '__cluster_metadata',
  '__consumer_offsets',
  '__remote_log_metadata',
  '__share_group_state',
  '__transaction_state',
] as const;

const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)/i;

/**
 * Why a new topic of that legal name cannot be created, as a sentence with its cure; null when it can. The broker answers
 * with INVALID_TOPIC_EXCEPTION.
 *
 * @param existing topics that the cluster or the log directories know; `name` itself may be among them.
 */
export function confusedTopicName(name: string, existing: Iterable<string>, rules: NameRules): string | null {
  if (rules.hasDeviceNames) {
    const device = DEVICE.exec(name)?.[0];
    if (device !== undefined) {
      return (
        `topic "${name}" cannot be created: "${device}" is the name of a device on Windows, so the topic's files could not be ` +
        `written. Choose another name, ${device}-events for example.`
      );
    }
  }
  if (!rules.isCaseInsensitive) return null;
  const same = sameButForCase(name, existing) ?? sameButForCase(name, INTERNAL_TOPICS);
  if (same === null) return null;
  return (
    `topic "${name}" cannot be created: on this file system capital and small letters are the same, so its files would be those ` +
    `of topic "${same}". Use "${same}", or choose a name that differs by more than case.`
  );
}

function sameButForCase(name: string, others: Iterable<string>): string | null {
  const key = name.toLowerCase();
  for (const other of others) if (other !== name && other.toLowerCase() === key) return other;
  return null;
}
