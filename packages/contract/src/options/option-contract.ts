/**
 * One option of a public function: JSON Schema of its value (draft 2020-12, these keywords alone), or a kind of value that
 * JSON does not have. Plain data, so that a reference of all options can be written from it.
 */
export interface OptionSchema {
  /** What the option does, in a few words. */
  readonly description?: string | undefined
  readonly default?: unknown
  readonly type?: 'boolean' | 'string' | 'integer' | 'number' | 'array' | undefined
  readonly enum?: readonly (string | number | boolean)[] | undefined
  readonly minimum?: number | undefined
  readonly maximum?: number | undefined
  /** Whether 0 switches the limit off. Any other 0 is the smallest value, such as no time at all. */
  readonly isZeroOff?: true | undefined
  readonly minLength?: number | undefined
  readonly minItems?: number | undefined
  readonly pattern?: string | undefined
  readonly items?: OptionSchema | undefined
  /** Whether a list may contain lists, whose entries count as its own. */
  readonly isNestable?: boolean | undefined
  /** Schema of the members of an object whose names the user chooses. */
  readonly additionalProperties?: OptionSchema | undefined
  /** Schema of the names of such an object. */
  readonly propertyNames?: OptionSchema | undefined
  readonly anyOf?: readonly OptionSchema[] | undefined
  /** Options within this one. */
  readonly table?: AnyOptionTable | undefined
  /** Options within this one, of which one decides which others there are. */
  readonly choice?: OptionChoice | undefined
  readonly kind?: OptionKind | undefined
  /** Whether it must be given. */
  readonly isRequired?: true | undefined
  /** Words for the values that it takes, instead of those that follow from the keywords. */
  readonly what?: string | undefined
}

/** Tables of options by the value of one of them: `by: 'type'`, `tables: { http: … }`. */
export interface OptionChoice {
  readonly by: string
  readonly tables: Readonly<Record<string, AnyOptionTable>>
}

/** A kind of value that JSON does not have: a function, a schema, a signal, an object with methods. */
export interface OptionKind {
  /** `a middleware`, `an AbortSignal`. */
  readonly what: string
  readonly test: (value: unknown) => boolean
  /** Whether an invalid value was meant to be of this kind, for an option that takes other forms as well. */
  readonly isMeant?: ((value: unknown) => boolean) | undefined
  /** What to do about an invalid value. */
  readonly remedy?: ((value: unknown) => string | undefined) | undefined
  /** Default `ERR_CORE_OPTION`. */
  readonly code?: string | undefined
}

/** An option that must be given. */
export type RequiredOption = OptionSchema & { readonly isRequired: true }

/** An entry for each member of an interface of options, neither more nor fewer. */
export type OptionEntries<T> = {
  readonly [K in keyof T & string]-?: {} extends Pick<T, K> ? OptionSchema : RequiredOption
}

/** All options of a public function, by name. */
export interface OptionTable<T> {
  readonly properties: OptionEntries<T>
  /** Names that must be there. */
  readonly required: readonly string[]
  /** What holds where an option is not given, by name: `undefined` for one without a default. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** Whether the object may be an instance of a class, which may have other members. */
  readonly isInstance: boolean
}

/** A table of any options. */
export interface AnyOptionTable {
  readonly properties: Readonly<Record<string, OptionSchema>>
  readonly required: readonly string[]
  readonly defaults: Readonly<Record<string, unknown>>
  readonly isInstance: boolean
}
