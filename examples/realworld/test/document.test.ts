// The document of the app, and that of the specification: the same operations, input, answers and statuses.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toOpenApi } from '@keelson/openapi'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { app } from '../src/app.ts'

interface Json {
  readonly [name: string]: Json | undefined
}

const given = parse(readFileSync(join(import.meta.dirname, 'document/openapi.yml'), 'utf8')) as Json
const ours = toOpenApi(app, { servers: [{ url: '/' }] }) as unknown as Json

/** What a reference leads to. */
function resolved(value: Json | undefined, document: Json): Json {
  const ref = value?.['$ref'] as unknown as string | undefined
  if (ref === undefined) return value ?? {}
  const found = ref
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((at, name) => at?.[name], document)
  return resolved(found, document)
}

/** Type, required members and members of a schema, without what limits a value: lengths, patterns, descriptions. */
function shapeOf(value: Json | undefined, document: Json): unknown {
  const schema = resolved(value, document)
  const { type, items, properties = {}, required = [] } = schema
  if (type === undefined && items === undefined && Object.keys(properties).length === 0) return 'anything'
  if ((type as unknown) === 'array') return [shapeOf(items, document)]
  if ((type as unknown) !== 'object') return type
  const must = required as unknown as readonly string[]
  return Object.fromEntries(
    Object.keys(properties)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((name) => [must.includes(name) ? name : `${name}?`, shapeOf(properties[name], document)]),
  )
}

function contentOf(part: Json | undefined, document: Json): unknown {
  const content = resolved(part, document)['content'] ?? {}
  return Object.fromEntries(
    Object.entries(content).map(([type, media]) => [type, shapeOf(media?.['schema'], document)]),
  )
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly operation: Json
}

function operationsOf(document: Json, prefix: string): Map<string, Operation> {
  const entries = Object.entries(document['paths'] ?? {}).flatMap(([full, methods]) =>
    Object.entries(methods ?? {}).map(([method, operation]): [string, Operation] => {
      const path = full.slice(prefix.length)
      return [`${method} ${path}`, { method, path, operation: operation ?? {} }]
    }),
  )
  return new Map(entries)
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Json
}

function parametersOf({ operation }: Operation, document: Json): Record<string, object> {
  const list = (operation['parameters'] ?? []) as unknown as readonly Json[]
  return Object.fromEntries(
    list.map((one) => {
      const { name, in: place, required = false, schema } = resolved(one, document) as unknown as Parameter
      const { type, minimum, default: standard } = resolved(schema, document)
      return [`${place} ${name}`, { required, type, standard, isBounded: minimum !== undefined }]
    }),
  )
}

const theirs = operationsOf(given, '')
const mine = operationsOf(ours, '/api')
const responsesOf = ({ operation }: Operation) => operation['responses'] ?? {}

describe('the document', () => {
  it('has the operations of the specification, and no others', () => {
    expect([...mine.keys()].toSorted()).toEqual([...theirs.keys()].toSorted())
  })

  it.each([...theirs])('%s takes the same input', (key, operation) => {
    const own = mine.get(key) as Operation
    const { 'path id': id, ...others } = parametersOf(own, ours)
    const { 'path id': givenId, ...givenOthers } = parametersOf(operation, given)
    // An id is of this app, and so is from which number on they are.
    expect({ ...id, isBounded: undefined }).toEqual({ ...givenId, isBounded: undefined })
    const OFFSET = 'query offset'
    const withStandard = OFFSET in givenOthers ? { [OFFSET]: { ...givenOthers[OFFSET], standard: 0 } } : {}
    expect(others).toEqual({ ...givenOthers, ...withStandard })
    expect(contentOf(own.operation['requestBody'], ours)).toEqual(
      contentOf(operation.operation['requestBody'], given),
    )
  })

  it.each([...theirs])('%s has the same answers', (key, operation) => {
    const own = responsesOf(mine.get(key) as Operation)
    const expected = responsesOf(operation)
    for (const [status, answer] of Object.entries(expected)) {
      expect(Object.keys(own)).toContain(status)
      const content = contentOf(own[status], ours)
      // It says nothing of what a 401 has: ours is that of other errors.
      const isSaid = Object.keys(contentOf(answer, given) as object).length > 0 || status === '204'
      expect(content).toEqual(isSaid ? contentOf(answer, given) : contentOf(own['422'], ours))
    }
    const added = Object.keys(own).filter((status) => !(status in expected))
    // A token that is wrong is never taken for none; and no caller can do anything about the others.
    const also = [
      ...(key === 'get /articles/{slug}' ? ['401'] : []),
      // Who sends too much has to send less: 422 would say that a member is wrong.
      ...(operation.operation['requestBody'] === undefined ? [] : ['413']),
    ]
    expect(added.filter((status) => !/^(?:5\d\d|default)$/.test(status))).toEqual(also)
  })

  it.each([...theirs])('%s demands a token where the specification does', (key, operation) => {
    const alternatives = ((mine.get(key) as Operation).operation['security'] ??
      []) as unknown as readonly object[]
    const isDemanded = alternatives.length > 0 && !alternatives.some((one) => Object.keys(one).length === 0)
    expect(isDemanded).toBe(operation.operation['security'] !== undefined)
  })

  it('has its token in the header authorization, as the specification describes it', () => {
    const schemesOf = (document: Json) =>
      Object.entries(document['components']?.['securitySchemes'] ?? {}).map(([name, scheme]) => [
        name,
        scheme?.['type'],
        scheme?.['in'],
        scheme?.['name'],
      ])
    expect(schemesOf(ours)).toEqual([['Token', 'apiKey', 'header', 'Authorization']])
    expect(schemesOf(ours)).toEqual(schemesOf(given))
  })
})
