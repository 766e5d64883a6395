import type {
  ArrayOptions,
  IntegerOptions,
  IntersectOptions,
  Intersect,
  JavaScriptTypeBuilder,
  NumberOptions,
  ObjectOptions,
  SchemaOptions,
  StringOptions,
  TAny,
  TArray,
  TBoolean,
  TConst,
  TEnum,
  TInteger,
  TLiteral,
  TLiteralValue,
  TNull,
  TNumber,
  TObject,
  TProperties,
  TRecordOrObject,
  TRecursive,
  TSchema,
  TString,
  TThis,
  TTuple,
  TUnknown,
  TUnsafe,
  Union,
  UnsafeOptions,
} from '@sinclair/typebox'

/** Options that name a default. */
export interface HasDefault {
  default: {} | null
}

/** A schema whose value the server fills in where a caller omits it; the handler always gets it. */
export type WithDefault<S> = S & HasDefault

/** The text of a `Date` in JSON; a handler may return either. */
export interface DateTime extends TString {
  format: 'date-time'
}

/**
 * TypeBox's builder with schemas whose type says whether they have a default: with one, the type that a caller sends differs
 * from the type that a handler gets.
 */
export interface SchemaBuilder extends InstanceType<typeof JavaScriptTypeBuilder> {
  /** Creates an Any type */
  Any(options: SchemaOptions & HasDefault): WithDefault<TAny>
  Any(options?: SchemaOptions): TAny
  /** Creates an Array type */
  Array<Type extends TSchema>(items: Type, options: ArrayOptions & HasDefault): WithDefault<TArray<Type>>
  Array<Type extends TSchema>(items: Type, options?: ArrayOptions): TArray<Type>
  /** Creates a Boolean type */
  Boolean(options: SchemaOptions & HasDefault): WithDefault<TBoolean>
  Boolean(options?: SchemaOptions): TBoolean
  /** Creates a Const type */
  Const<const T>(value: T, options: SchemaOptions & HasDefault): WithDefault<TConst<T>>
  Const<const T>(value: T, options?: SchemaOptions): TConst<T>
  /** Creates a Enum type */
  Enum<V extends string | number, T extends Record<string | number, V>>(
    item: T,
    options: SchemaOptions & HasDefault,
  ): WithDefault<TEnum<T>>
  Enum<V extends string | number, T extends Record<string | number, V>>(
    item: T,
    options?: SchemaOptions,
  ): TEnum<T>
  /** Creates an Integer type */
  Integer(options: IntegerOptions & HasDefault): WithDefault<TInteger>
  Integer(options?: IntegerOptions): TInteger
  /** Creates an Intersect type */
  Intersect<Types extends TSchema[]>(
    types: [...Types],
    options: IntersectOptions & HasDefault,
  ): WithDefault<Intersect<Types>>
  Intersect<Types extends TSchema[]>(types: [...Types], options?: IntersectOptions): Intersect<Types>
  /** Creates a Literal type */
  Literal<T extends TLiteralValue>(value: T, options: SchemaOptions & HasDefault): WithDefault<TLiteral<T>>
  Literal<T extends TLiteralValue>(value: T, options?: SchemaOptions): TLiteral<T>
  /** Creates a Null type */
  Null(options: SchemaOptions & HasDefault): WithDefault<TNull>
  Null(options?: SchemaOptions): TNull
  /** Creates a Number type */
  Number(options: NumberOptions & HasDefault): WithDefault<TNumber>
  Number(options?: NumberOptions): TNumber
  /** Creates an Object type */
  Object<T extends TProperties>(properties: T, options: ObjectOptions & HasDefault): WithDefault<TObject<T>>
  Object<T extends TProperties>(properties: T, options?: ObjectOptions): TObject<T>
  /** Creates a Record type */
  Record<Key extends TSchema, Value extends TSchema>(
    key: Key,
    value: Value,
    options: ObjectOptions & HasDefault,
  ): WithDefault<TRecordOrObject<Key, Value>>
  Record<Key extends TSchema, Value extends TSchema>(
    key: Key,
    value: Value,
    options?: ObjectOptions,
  ): TRecordOrObject<Key, Value>
  /** Creates a Recursive type */
  Recursive<T extends TSchema>(
    callback: (thisType: TThis) => T,
    options: SchemaOptions & HasDefault,
  ): WithDefault<TRecursive<T>>
  Recursive<T extends TSchema>(callback: (thisType: TThis) => T, options?: SchemaOptions): TRecursive<T>
  /** Creates a String type */
  String(options: StringOptions & HasDefault): WithDefault<TString>
  String(options: StringOptions & { format: 'date-time' }): DateTime
  String(options?: StringOptions): TString
  /** Creates a Tuple type */
  Tuple<Types extends TSchema[]>(
    types: [...Types],
    options: SchemaOptions & HasDefault,
  ): WithDefault<TTuple<Types>>
  Tuple<Types extends TSchema[]>(types: [...Types], options?: SchemaOptions): TTuple<Types>
  /** Creates a Union type */
  Union<Types extends TSchema[]>(
    types: [...Types],
    options: SchemaOptions & HasDefault,
  ): WithDefault<Union<Types>>
  Union<Types extends TSchema[]>(types: [...Types], options?: SchemaOptions): Union<Types>
  /** Creates an Unknown type */
  Unknown(options: SchemaOptions & HasDefault): WithDefault<TUnknown>
  Unknown(options?: SchemaOptions): TUnknown
  /** Creates a Unsafe type that will infers as the generic argument T */
  Unsafe<T>(options: UnsafeOptions & HasDefault): WithDefault<TUnsafe<T>>
  Unsafe<T>(options?: UnsafeOptions): TUnsafe<T>
}
