/** What to do about damage, in whole sentences. */

export const RECOVERY_CURE =
  'Recovery cuts it off when the log is opened after a crash; nothing that was acknowledged is in it.';
export const DAMAGE_CURE =
  'A failing disk, or another program that wrote to the file, does that. Take the partition from another replica (stop the ' +
  'broker, move the directory away, start it), or cut the log there and lose what follows.';
export const INDEX_CURE =
  'Nothing is lost: remove the file while the broker is stopped, and it is built anew from the segment.';
export const SNAPSHOT_CURE =
  'The broker removes it when it opens the log, and takes an older one and the segments behind it instead.';
