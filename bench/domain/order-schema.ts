// The JSON Schemas of W2, for the servers that validate by JSON Schema.

const money = { type: 'number', minimum: 0 } as const
const sku = { type: 'string', pattern: '^[A-Z]{4}-[0-9]{4}$' } as const
const name = { type: 'string', minLength: 1, maxLength: 80 } as const
const quantity = { type: 'integer', minimum: 1, maximum: 1000 } as const

const customer = {
  type: 'object',
  required: ['name', 'email'],
  additionalProperties: false,
  properties: { name, email: { type: 'string', format: 'email' } },
} as const

const address = {
  type: 'object',
  required: ['street', 'city', 'zip', 'country'],
  additionalProperties: false,
  properties: {
    street: { type: 'string', minLength: 1, maxLength: 120 },
    city: { type: 'string', minLength: 1, maxLength: 80 },
    zip: { type: 'string', pattern: '^[0-9A-Z -]{3,10}$' },
    country: { type: 'string', pattern: '^[A-Z]{2}$' },
  },
} as const

const item = {
  type: 'object',
  required: ['sku', 'name', 'quantity', 'unitPrice'],
  additionalProperties: false,
  properties: { sku, name, quantity, unitPrice: money },
} as const

/** Path params of every route with an id. */
export const ID_PARAMS_SCHEMA = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', format: 'uuid' } },
} as const

export const ORDER_QUERY_SCHEMA = {
  type: 'object',
  properties: { dryRun: { type: 'boolean', default: false } },
} as const

export const ORDER_BODY_SCHEMA = {
  type: 'object',
  required: ['customer', 'shipTo', 'currency', 'items'],
  additionalProperties: false,
  properties: {
    customer,
    shipTo: address,
    currency: { type: 'string', enum: ['EUR', 'USD', 'GBP'] },
    note: { type: 'string', maxLength: 200 },
    items: { type: 'array', minItems: 1, maxItems: 50, items: item },
  },
} as const

const line = {
  type: 'object',
  required: ['line', 'sku', 'name', 'quantity', 'unitPrice', 'lineTotal'],
  additionalProperties: false,
  properties: {
    line: { type: 'integer' },
    sku: { type: 'string' },
    name: { type: 'string' },
    quantity: { type: 'integer' },
    unitPrice: { type: 'number' },
    lineTotal: { type: 'number' },
  },
} as const

export const ORDER_VIEW_SCHEMA = {
  type: 'object',
  required: [
    'id',
    'userId',
    'status',
    'customer',
    'currency',
    'items',
    'subtotal',
    'tax',
    'total',
    'createdAt',
  ],
  additionalProperties: false,
  properties: {
    id: { type: 'string' },
    userId: { type: 'string' },
    status: { type: 'string' },
    customer: {
      type: 'object',
      properties: { name: { type: 'string' }, email: { type: 'string' } },
      additionalProperties: false,
    },
    currency: { type: 'string' },
    items: { type: 'array', items: line },
    subtotal: { type: 'number' },
    tax: { type: 'number' },
    total: { type: 'number' },
    createdAt: { type: 'string' },
  },
} as const
