/** `@ottla/broker`: what embedders and `ottla` use. The log is the first part of it. */
export {};
