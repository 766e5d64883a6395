import { describe, expect, it } from 'vitest'
import { toOldSchema } from './downgrade-schema.ts'

describe('a schema of 3.0', () => {
  it.each([
    ['a type that may be null', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['several types', { type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    ['null alone', { type: 'null' }, { nullable: true, enum: [null], type: 'string' }],
    [
      'a union with null',
      { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'x' },
      { type: 'string', description: 'x', nullable: true },
    ],
    [
      'a reference or null',
      { anyOf: [{ $ref: '#/a' }, { type: 'null' }] },
      { anyOf: [{ $ref: '#/a' }, { nullable: true, enum: [null], type: 'string' }] },
    ],
    [
      'an enum that may be null',
      { type: ['string', 'null'], enum: ['a', null] },
      { type: 'string', nullable: true, enum: ['a', null] },
    ],
    ['a constant', { const: 5, type: 'integer' }, { type: 'integer', enum: [5] }],
    [
      'exclusive limits',
      { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
    ],
    [
      'the narrower of two limits',
      { type: 'number', minimum: 5, exclusiveMinimum: 0 },
      { minimum: 5, type: 'number' },
    ],
    ['examples', { type: 'string', examples: ['a', 'b'] }, { type: 'string', example: 'a' }],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
      { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    ],
    [
      'a tuple of one type',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'string' }] },
      { type: 'array', items: { type: 'string' } },
    ],
    ['an array of anything', { type: 'array' }, { type: 'array', items: {} }],
    [
      'a reference with a sentence',
      { $ref: '#/a', description: 'x' },
      { description: 'x', allOf: [{ $ref: '#/a' }] },
    ],
    ['a bare reference', { $ref: '#/a' }, { $ref: '#/a' }],
    ['anything', true, {}],
    ['nothing', false, { not: {} }],
    [
      'names by pattern',
      { type: 'object', patternProperties: { '^a': {} }, additionalProperties: false },
      { type: 'object' },
    ],
    ['base64', { type: 'string', contentEncoding: 'base64' }, { type: 'string', format: 'byte' }],
    [
      'members',
      { type: 'object', properties: { a: { const: 1 } } },
      { type: 'object', properties: { a: { enum: [1] } } },
    ],
    [
      'an enum or null',
      { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] },
      { type: 'string', nullable: true, enum: ['a', null] },
    ],
    [
      'a union without a type of its own, or null',
      { anyOf: [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, { type: 'null' }] },
      {
        anyOf: [
          { anyOf: [{ type: 'string' }, { type: 'number' }] },
          { type: 'string', nullable: true, enum: [null] },
        ],
      },
    ],
    [
      'several types or null',
      { type: ['string', 'number', 'null'] },
      { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'string', nullable: true, enum: [null] }] },
    ],
    [
      'several types beside a union',
      { type: ['string', 'number'], anyOf: [{ minLength: 1 }, { minimum: 1 }] },
      {
        anyOf: [{ minLength: 1 }, { minimum: 1 }],
        allOf: [{ anyOf: [{ type: 'string' }, { type: 'number' }] }],
      },
    ],
    [
      'a type that null has, but no value',
      { type: ['string', 'null'], const: 'a' },
      { type: 'string', enum: ['a'] },
    ],
    ['no negation of what it cannot say', { not: { patternProperties: { '^a': {} } } }, {}],
    [
      'a negation of what it can say',
      { not: { properties: { if: { const: 1 } } } },
      { not: { properties: { if: { enum: [1] } } } },
    ],
    [
      'one of several that it can no longer tell apart as any of them',
      {
        oneOf: [
          { type: 'array', prefixItems: [{ const: 1 }], minItems: 1 },
          { type: 'array', prefixItems: [{ const: 2 }], minItems: 1 },
        ],
      },
      {
        anyOf: [
          { type: 'array', items: { enum: [1] }, minItems: 1 },
          { type: 'array', items: { enum: [2] }, minItems: 1 },
        ],
      },
    ],
    ['conditions', { if: { type: 'string' }, then: { minLength: 1 } }, {}],
  ])('has %s', (_what, schema, old) => {
    expect(toOldSchema(schema)).toEqual(old)
  })

  it('has its keywords in the order of 3.1', () => {
    const old = toOldSchema({
      type: ['string', 'null'],
      minLength: 1,
      default: 'a',
      examples: ['b'],
    }) as object
    expect(Object.keys(old)).toEqual(['type', 'nullable', 'minLength', 'default', 'example'])
  })
})
