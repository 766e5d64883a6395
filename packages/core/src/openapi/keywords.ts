/** Keywords whose value is one schema of members; those of items and of other properties are written by what they mean. */
export const MEMBERS = ['unevaluatedProperties', 'unevaluatedItems'] as const

/** Keywords whose value is one schema that says something of the value itself. */
export const ONES = ['contains', 'propertyNames', 'not', 'if', 'then', 'else', 'contentSchema'] as const

/** Keywords whose value is a list of schemas. */
export const LISTS = ['allOf', 'anyOf', 'oneOf'] as const

/** Keywords that are copied as they stand. */
export const VALUES = [
  'title',
  'description',
  'type',
  'format',
  'enum',
  'const',
  'pattern',
  'minLength',
  'maxLength',
  'contentEncoding',
  'contentMediaType',
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'required',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'minContains',
  'maxContains',
  'minItems',
  'maxItems',
  'uniqueItems',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'externalDocs',
  'xml',
  'discriminator',
] as const

/** All keywords that the document has, in the order in which they are written. All others are left out. */
export const WRITTEN: readonly string[] = [
  '$ref',
  ...VALUES.slice(0, 16),
  'contentSchema',
  'required',
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'dependentSchemas',
  'prefixItems',
  'items',
  'unevaluatedItems',
  'contains',
  ...VALUES.slice(17, 25),
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  ...VALUES.slice(25),
]
