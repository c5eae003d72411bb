/**
 * A message: its schema, and a codec for each of its versions, both made on first use.
 *
 * `api(…)` declares the two messages of a request API, `message(…)` a record or a structure that stands alone.
 */
import { assert, AssertionError, ByteWriter, type ByteReader } from '@ottla/runtime';
import { CodecError } from './codec/codec-error.ts';
import { Misfit, Walk, type Decode, type Encode, type Trace } from './codec/codec.ts';
import { closureDecoder } from './codec/closure-decoder.ts';
import { closureEncoder } from './codec/closure-encoder.ts';
import { generateDecoder } from './codec/generated-decoder.ts';
import { generateEncoder } from './codec/generated-encoder.ts';
import { layoutOf, type StructLayout } from './codec/layout.ts';
import { MESSAGE_MEMORY_BYTES_MAX } from './codec/limits.ts';
import type { Fields, InferFields, InferFieldsInput } from './schema/field.ts';
import { formatVersions, includes, parseVersions, type VersionRange, type Versions } from './schema/versions.ts';

/** What a decoder of the message gives: every field, whatever the version. */
export type Infer<M> = M extends Message<infer F> ? InferFields<F> : never;
/**
 * What an encoder of the message takes: fields with a default, a tag or the ignorable mark may be left out.
 *
 * A name that is no field does not compile in an object literal given as such; TypeScript does not look into what a function
 * such as that of `map` returns. `encode` drops it there: tests see it with `Message.check`.
 */
export type InferInput<M> = M extends Message<infer F> ? InferFieldsInput<F> : never;

export interface MessageSpec {
  /** The API key of a request or response; the number by which a record says what it is. */
  readonly key?: number;
  readonly versions: Versions;
  /** Versions with tagged fields and compact lengths (KIP-482). */
  readonly flexible: Versions;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a message whose fields the compiler does not know
export type AnyMessage = Message<any>;
// oxlint-disable-next-line typescript/no-explicit-any -- and its value
export type AnyValue = Readonly<Record<string, any>>;

/** `generated` is the default; `closures` needs no code generation from strings and is several times slower. */
export type CodecKind = 'generated' | 'closures';

export class Message<F extends Fields> {
  readonly name: string;
  /** The API key of a request or response, a record's number, or null. */
  readonly key: number | null;
  readonly versions: VersionRange;
  readonly flexible: VersionRange;
  readonly #build: () => F;
  #fields: F | null = null;
  readonly #decoders: (Decode | undefined)[] = [];
  readonly #encoders: (Encode | undefined)[] = [];

  constructor(name: string, spec: MessageSpec, build: () => F) {
    this.name = name;
    this.key = spec.key ?? null;
    this.versions = parseVersions(spec.versions);
    this.flexible = parseVersions(spec.flexible);
    this.#build = build;
  }

  /** The schema, for tools and tests. */
  get fields(): F {
    return (this.#fields ??= this.#build());
  }

  isFlexible(version: number): boolean {
    return includes(this.flexible, version);
  }

  /**
   * Reads the body that starts at the reader's position and leaves it behind the body; surplus bytes are left alone, as
   * Kafka does. Bytes and records are views on the reader's memory.
   *
   * @throws {CodecError} the bytes are not this message, or the version does not exist.
   */
  decode(reader: ByteReader, version: number): InferFields<F> {
    const decode = this.#decoders[version] ?? this.#makeDecoder(version);
    const start = reader.position;
    reader.memoryLeft = MESSAGE_MEMORY_BYTES_MAX;
    try {
      return decode(reader) as InferFields<F>;
    } catch (error) {
      reader.position = start;
      throw this.#explainDecode(reader, version, error);
    }
  }

  /**
   * Appends the body. Records are spliced in by reference.
   *
   * @throws {CodecError} the value is not this message, or this version cannot carry it; the writer is as before.
   */
  encode(writer: ByteWriter, value: InferFieldsInput<F>, version: number): void {
    const encode = this.#encoders[version] ?? this.#makeEncoder(version);
    const mark = writer.mark();
    try {
      encode(writer, value);
    } catch (error) {
      writer.rewind(mark);
      throw this.#explainEncode(writer, value, version, error);
    }
  }

  /**
   * For tests of what builds messages: refuses what `encode` refuses and, which `encode` does not look for, keys that are no
   * fields. Ignorable fields may be set in any version.
   *
   * @throws {CodecError} with the path of the key or value.
   */
  check(value: InferFieldsInput<F>, version: number): void {
    this.#explainingEncoder(version, this.layout(version), true)(new ByteWriter(), value);
  }

  /** A codec of its own, past the cache: for differential tests and where code generation is forbidden. */
  codec(version: number, kind: CodecKind): { readonly decode: Decode; readonly encode: Encode } {
    const layout = this.layout(version);
    if (kind === 'generated') return { decode: generateDecoder(layout), encode: generateEncoder(layout) };
    return { decode: this.#explainingDecoder(version, layout), encode: this.#explainingEncoder(version, layout) };
  }

  /** Decodes slowly and tells of every field on the way. @throws {CodecError} */
  trace(reader: ByteReader, version: number, trace: Trace): AnyValue {
    reader.memoryLeft = MESSAGE_MEMORY_BYTES_MAX;
    return this.#explainingDecoder(version, this.layout(version), trace)(reader);
  }

  /** @throws {CodecError} there is no such version. */
  layout(version: number): StructLayout {
    if (!includes(this.versions, version)) {
      const reason = `there is no such version; known are ${formatVersions(this.versions)}`;
      throw new CodecError({ message: this.name, version, path: '', position: -1 }, reason);
    }
    return layoutOf(this.fields, version, this.isFlexible(version));
  }

  #makeDecoder(version: number): Decode {
    const layout = this.layout(version);
    return (this.#decoders[version] = whereAllowed(
      () => generateDecoder(layout),
      () => this.#explainingDecoder(version, layout),
    ));
  }

  #makeEncoder(version: number): Encode {
    const layout = this.layout(version);
    return (this.#encoders[version] = whereAllowed(
      () => generateEncoder(layout),
      () => this.#explainingEncoder(version, layout),
    ));
  }

  #explainingDecoder(version: number, layout: StructLayout, trace: Trace | null = null): Decode {
    const decode = closureDecoder(layout);
    return (reader) => {
      const walk = new Walk(trace);
      const start = reader.position;
      try {
        return decode(reader, walk);
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        throw this.#error(version, walk, error.position - start, error.message);
      }
    };
  }

  #explainingEncoder(version: number, layout: StructLayout, isStrict = false): Encode {
    const encode = closureEncoder(layout);
    return (writer, value) => {
      const walk = new Walk(null, isStrict);
      try {
        encode(writer, value, walk);
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        throw this.#error(version, walk, -1, error.message);
      }
    };
  }

  /** The generated code only notices that something is wrong; the closures find the same fault and name it. */
  #explainDecode(reader: ByteReader, version: number, cause: unknown): unknown {
    if (cause instanceof CodecError) return cause;
    const start = reader.position;
    reader.memoryLeft = MESSAGE_MEMORY_BYTES_MAX;
    try {
      this.#explainingDecoder(version, this.layout(version))(reader);
    } catch (error) {
      reader.position = start;
      return error;
    }
    return new AssertionError(`both codecs of ${this.name} v${version} agree on what does not decode`, { cause });
  }

  #explainEncode(writer: ByteWriter, value: object, version: number, cause: unknown): unknown {
    if (cause instanceof CodecError) return cause;
    const mark = writer.mark();
    try {
      this.#explainingEncoder(version, this.layout(version))(writer, value);
    } catch (error) {
      writer.rewind(mark);
      return error;
    }
    writer.rewind(mark);
    return new AssertionError(`both codecs of ${this.name} v${version} agree on what does not encode`, { cause });
  }

  #error(version: number, walk: Walk, position: number, reason: string): CodecError {
    return new CodecError({ message: this.name, version, path: walk.toString(), position }, reason);
  }
}

/** `generate`, or `compose` where the process forbids code generation from strings. */
function whereAllowed<T>(generate: () => T, compose: () => T): T {
  try {
    return generate();
  } catch (error) {
    if (error instanceof EvalError) return compose();
    throw error;
  }
}

/** A record, or a structure that stands alone. */
export function message<F extends Fields>(name: string, spec: MessageSpec, fields: () => F): Message<F> {
  return new Message(name, spec, fields);
}

export interface ApiSpec extends MessageSpec {
  readonly key: number;
  /** The last version is still being worked on: a production cluster does not offer it. */
  readonly latestVersionUnstable?: true;
}

/** A request API: its key and its two messages. */
export interface Api<Request extends Fields = Fields, Response extends Fields = Fields> {
  readonly name: string;
  readonly key: number;
  readonly versions: VersionRange;
  readonly flexible: VersionRange;
  readonly latestVersionUnstable: boolean;
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

export function api<Request extends Fields, Response extends Fields>(
  name: string,
  spec: ApiSpec,
  fields: { readonly request: () => Request; readonly response: () => Response },
): Api<Request, Response> {
  assert(Number.isInteger(spec.key), 'an api key is a whole number');
  const request = message(`${name}Request`, spec, fields.request);
  const response = message(`${name}Response`, spec, fields.response);
  return {
    name,
    key: spec.key,
    versions: request.versions,
    flexible: request.flexible,
    latestVersionUnstable: spec.latestVersionUnstable ?? false,
    request,
    response,
  };
}

export type ApiRequest<A> = A extends Api<infer Request, infer _Response> ? InferFields<Request> : never;
export type ApiResponse<A> = A extends Api<infer _Request, infer Response> ? InferFields<Response> : never;
export type ApiRequestInput<A> = A extends Api<infer Request, infer _Response> ? InferFieldsInput<Request> : never;
export type ApiResponseInput<A> = A extends Api<infer _Request, infer Response> ? InferFieldsInput<Response> : never;
