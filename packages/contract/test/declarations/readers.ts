// What users export and emit declarations of: errors as they are read, a manifest, a table of options.
import { readManifestRoute, readProblem, type Manifest, type Route } from '@keelson/contract'
import { frameOfCaller } from '@keelson/contract/frame'
import { integer, optionProblems, optionTable } from '@keelson/contract/options'
import { createLimit } from '@keelson/contract/wait'

export const error = readProblem({ code: 'GONE' }, 410)
export const show = readManifestRoute('orders.show', 'GET /orders/:id')
export const manifest = { version: 1, hash: '', routes: {} } satisfies Manifest
export const TABLE = optionTable<{ readonly times?: number }>({ times: integer('How often.') })
export const problems = optionProblems(TABLE, { times: -1 }, { name: 'repeat' })
export const limit = createLimit({ limitMs: 1 })
export const frame = frameOfCaller()
export type Show = Route<{ params: { id: string } }, { 200: { id: string } }, never>
